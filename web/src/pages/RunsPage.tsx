import { useState } from "react";

import { useRuns, useSources } from "../api/queries";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { More } from "../components/More";
import { PageHead } from "../components/PageHead";
import { RunTable } from "../components/RunTable";
import { Select } from "../components/Select";

export function RunsPage() {
  const [source, setSource] = useState("");
  const runs = useRuns(source || undefined);
  const sources = useSources().data?.items.map(({ id }) => id) ?? [];
  return (
    <>
      <PageHead
        title="Runs"
        actions={<Select label="Source" value={source} onChange={setSource} all="All sources" options={sources} />}
      />
      <Fetched query={runs} what="the runs">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No run yet">A run begins on schedule, or with “Extract now”.</Empty>;
          return <><RunTable runs={items} /><More query={runs} /></>;
        }}
      </Fetched>
    </>
  );
}
