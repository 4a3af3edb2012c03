import type { ReactNode } from "react";

import { useStream } from "../api/queries";
import { count, integer } from "../format/numbers";
import { Fetched } from "./Fetched";
import { PageHead } from "./PageHead";
import { StateBadge } from "./StateBadge";
import { Tabs } from "./Tabs";

interface Props {
  source: string;
  stream: string;
  children: ReactNode;
}

/** The head and the tabs that a stream's pages share. */
export function StreamFrame({ source, stream, children }: Props) {
  const query = useStream(source, stream);
  const found = query.data;
  const at = `/sources/${encodeURIComponent(source)}/streams/${encodeURIComponent(stream)}`;
  const crumbs = [{ to: "/", label: "Sources" }, { to: `/sources/${encodeURIComponent(source)}`, label: source }];
  return (
    <>
      <PageHead title={stream} crumbs={crumbs} beside={found?.last_run && <StateBadge state={found.last_run.state} />}>
        {found && (
          <>
            {count(found.rows, "row")} in <code>{found.table}</code>, {count(found.columns, "column")}, schema
            version {integer(found.schema_version)}
          </>
        )}
      </PageHead>
      <Tabs label="Views of the stream" tabs={TABS.map(({ end, label }) => ({ to: at + end, label }))} />
      {query.error && !found ? <Fetched query={query} what="the stream">{() => null}</Fetched> : children}
    </>
  );
}

const TABS = [
  { end: "", label: "Columns" }, { end: "/relations", label: "Between columns" }, { end: "/records", label: "Records" }, { end: "/lineage", label: "Lineage" },
  { end: "/rules", label: "Rules" }, { end: "/measured", label: "Measured" }, { end: "/compared", label: "Compared" },
];
