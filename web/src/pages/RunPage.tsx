import { useRun } from "../api/queries";
import type { RunDetail } from "../api/types";
import { Accounting } from "../components/Accounting";
import { AccountingTable } from "../components/AccountingTable";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Legend } from "../components/Legend";
import { Notices } from "../components/Notices";
import { PageHead } from "../components/PageHead";
import { PagesOfRun } from "../components/PagesOfRun";
import { RunBadge } from "../components/StateBadge";
import { RunFacts } from "../components/RunFacts";
import { StreamProgressList } from "../components/StreamProgressList";
import { OutcomesOfRun } from "../rules/OutcomesOfRun";

export function RunPage({ run: id }: { run: string }) {
  const run = useRun(id);
  const crumbs = [{ to: "/runs", label: "Runs" }];
  const source = run.data?.source;
  if (source) crumbs.push({ to: `/sources/${encodeURIComponent(source)}`, label: source });
  return (
    <>
      <PageHead title={`Run ${id}`} crumbs={crumbs} beside={run.data && <RunBadge run={run.data} />} />
      <Fetched query={run} what="the run">{(detail) => <Detail run={detail} />}</Fetched>
    </>
  );
}

function Detail({ run }: { run: RunDetail }) {
  return (
    <>
      <RunFacts run={run} />
      <Notices run={run} />
      <section className="card" aria-labelledby="progress">
        <div className="card-head"><h2 id="progress">Progress</h2><Legend /></div>
        {run.streams.length === 0
          ? <Empty title="No stream has begun yet" />
          : <StreamProgressList source={run.source} streams={run.streams} />}
      </section>
      <section className="card" aria-labelledby="accounting">
        <div className="card-head"><h2 id="accounting">Accounting</h2></div>
        <Accounting of={run.totals} settled={run.settled} />
        <AccountingTable run={run} />
      </section>
      <OutcomesOfRun run={run} />
      <PagesOfRun run={run} />
    </>
  );
}
