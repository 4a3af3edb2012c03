import { useRuns } from "../api/queries";
import { Empty } from "./Empty";
import { Fetched } from "./Fetched";
import { More } from "./More";
import { RunTable } from "./RunTable";

export function RecentRuns({ source }: { source: string }) {
  const runs = useRuns(source, 10);
  return (
    <section className="card" aria-labelledby="runs">
      <div className="card-head"><h2 id="runs">Runs</h2></div>
      <Fetched query={runs} what="the runs">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No run yet" />;
          return <><RunTable runs={items} /><More query={runs} /></>;
        }}
      </Fetched>
    </section>
  );
}
