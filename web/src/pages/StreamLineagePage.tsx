import { useLineage } from "../api/queries";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { StreamFrame } from "../components/StreamFrame";
import { LineageView } from "../lineage/LineageView";

export default function StreamLineagePage({ source, stream }: { source: string; stream: string }) {
  const lineage = useLineage(source, stream);
  return (
    <StreamFrame source={source} stream={stream}>
      <Fetched query={lineage} what="the lineage">
        {(graph) => graph.nodes.length === 0
          ? <Empty title="No lineage yet">It is recorded as the first run's pages are loaded.</Empty>
          : <LineageView graph={graph} />}
      </Fetched>
    </StreamFrame>
  );
}
