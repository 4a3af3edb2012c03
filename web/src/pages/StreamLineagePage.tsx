import { useMemo } from "react";
import { useSearchParams } from "wouter";

import { useLineage, useStream } from "../api/queries";
import type { LineageGraph } from "../api/types";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { StreamFrame } from "../components/StreamFrame";
import { LineageView } from "../lineage/LineageView";

/** What is read of a stream, from record type to table. `?column=` shows the way of one column. */
export default function StreamLineagePage({ source, stream }: { source: string; stream: string }) {
  const lineage = useLineage(source, stream);
  return (
    <StreamFrame source={source} stream={stream}>
      <Fetched query={lineage} what="the lineage">
        {(graph) => graph.nodes.length === 0
          ? <Empty title="No lineage yet">It is recorded as the first run's pages are loaded.</Empty>
          : <View graph={graph} source={source} stream={stream} />}
      </Fetched>
    </StreamFrame>
  );
}

function View({ graph, source, stream }: { graph: LineageGraph; source: string; stream: string }) {
  const table = useStream(source, stream).data?.datasets.table;
  const [search, setSearch] = useSearchParams();
  const column = search.get("column");
  const own = graph.nodes.find(({ namespace, name }) => namespace === table?.namespace && name === table.name);
  const columns = own?.fields ?? [];
  const focus = useMemo(
    () => (own && column && own.fields.includes(column) ? { namespace: own.namespace, name: own.name, field: column } : null), [own, column]);
  const set = (value: string) => setSearch((now) => {
    if (value) now.set("column", value);
    else now.delete("column");
    return now;
  });
  return <LineageView graph={graph} columns={columns} focus={focus} setFocus={set} />;
}
