import { useState, type ReactNode } from "react";

import { useRelations, useRuns } from "../api/queries";
import type { Relations } from "../api/types";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Select } from "../components/Select";
import { StreamFrame } from "../components/StreamFrame";
import { moment } from "../format/time";
import { DependencyTable } from "../relations/DependencyTable";
import { PairTable } from "../relations/PairTable";
import { basis, duplicates } from "../relations/words";

/** What holds between a stream's columns, over the newest runs or over one. */
export function StreamRelationsPage({ source, stream }: { source: string; stream: string }) {
  const [run, setRun] = useState("");
  const relations = useRelations(source, stream, run);
  const runs = useRuns(source, 50).data?.pages.flatMap((page) => page.items) ?? [];
  const choices = runs.map((each) => ({ value: each.id, label: `Run of ${moment(each.started)}` }));
  return (
    <StreamFrame source={source} stream={stream}>
      <div className="toolbar">
        <Select label="Over" value={run} onChange={setRun} all="the newest runs, merged" options={choices} />
      </div>
      <Fetched query={relations} what="what holds between columns">
        {(found) => found.rows === 0
          ? <Empty title="Nothing was compared here">{run ? "This run read no record of the stream." : "The first run that reads a record compares its columns."}</Empty>
          : <All found={found} />}
      </Fetched>
    </StreamFrame>
  );
}

function All({ found }: { found: Relations }) {
  const correlations = found.correlations.map(({ pearson, pearson_interval: interval, spearman, exact, ...pair }) =>
    ({ ...pair, value: pearson, beside: spearman, interval: exact ? null : interval }));
  const associations = found.associations.map(({ cramers_v, interval, exact, ...pair }) =>
    ({ ...pair, value: cramers_v, interval: exact ? null : interval }));
  return (
    <>
      <p className="page-note">{basis(found)}. {duplicates(found)}{found.run === null && found.duplicate_rows.value > 0 && " A record that several runs read unchanged counts as a repeat; over one run it does not."}</p>
      <Card id="correlations" title="Numbers that move together" none="No two numbers move together." empty={correlations.length === 0}>
        <PairTable label="Correlations" pairs={correlations} signed heads={{ value: "Correlation (Pearson)", beside: "of ranks (Spearman)" }} />
      </Card>
      <Card id="associations" title="Categories that go together" none="No two categories go together." empty={associations.length === 0}>
        <PairTable label="Associations" pairs={associations} heads={{ value: "Association (Cramér’s V)" }} />
      </Card>
      <Card id="dependencies" title="What one column decides" none="No column’s value follows from another one’s." empty={found.dependencies.length === 0}>
        <DependencyTable dependencies={found.dependencies} />
      </Card>
    </>
  );
}

function Card({ id, title, none, empty, children }: { id: string; title: string; none: string; empty: boolean; children: ReactNode }) {
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head"><h2 id={id}>{title}</h2></div>
      {empty ? <p className="quiet-text">{none}</p> : children}
    </section>
  );
}
