import { Link } from "wouter";

import { isExtracting } from "../api/live";
import { useRun } from "../api/queries";
import type { Run, Source } from "../api/types";
import { Accounting } from "./Accounting";
import { Empty } from "./Empty";
import { ExtractButton } from "./ExtractButton";
import { Fetched } from "./Fetched";
import { RunBadge } from "./StateBadge";
import { RunTime } from "./RunTime";
import { StreamProgressList } from "./StreamProgressList";

/** A source and its newest run. */
export function SourceCard({ source }: { source: Source }) {
  const run = source.last_run;
  return (
    <section className="card" aria-labelledby={`source-${source.id}`}>
      <div className="card-head">
        <h2 id={`source-${source.id}`}><Link href={`/sources/${encodeURIComponent(source.id)}`}>{source.id}</Link></h2>
        {run && <RunBadge run={run} />}
        {run && <Link className="quiet-link" href={`/runs/${encodeURIComponent(run.id)}`}><RunTime run={run} /></Link>}
        <div className="actions"><ExtractButton source={source.id} extracting={isExtracting(run)} /></div>
      </div>
      {run
        ? <NewestRun run={run} />
        : <Empty title="Not extracted yet">The first run begins on schedule, or now with the button above.</Empty>}
    </section>
  );
}

function NewestRun({ run }: { run: Run }) {
  const detail = useRun(run.id);
  return (
    <Fetched query={detail} what="the run">
      {(now) => (
        <>
          <Accounting of={now.totals} settled={now.settled} />
          <StreamProgressList source={now.source} streams={now.streams} />
        </>
      )}
    </Fetched>
  );
}
