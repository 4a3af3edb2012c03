import { useState } from "react";

import { useColumns, useComparison, useProfileHistory } from "../api/queries";
import type { ProfileComparison, RunProfile } from "../api/types";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Select } from "../components/Select";
import { StreamFrame } from "../components/StreamFrame";
import { count } from "../format/numbers";
import { moment } from "../format/time";
import { ComparedColumns } from "../profile/ComparedColumns";

interface At {
  source: string;
  stream: string;
}

/** What changed of a stream's columns from one run to another. */
export function StreamComparedPage({ source, stream }: At) {
  const columns = useColumns(source, stream);
  // A column that every record has says which runs have profiles.
  const key = columns.data?.items.find((column) => column.key) ?? columns.data?.items[0];
  const history = useProfileHistory(source, stream, key?.name ?? "");
  return (
    <StreamFrame source={source} stream={stream}>
      <Fetched query={columns} what="the columns">
        {({ items }) => items.length === 0 ? <TooFew /> : (
          <Fetched query={history} what="the runs">
            {({ items: runs }) => runs.length < 2 ? <TooFew /> : <Between source={source} stream={stream} runs={runs} />}
          </Fetched>
        )}
      </Fetched>
    </StreamFrame>
  );
}

function TooFew() {
  return <Empty title="Nothing to compare yet">Two runs that read records of the stream can be compared.</Empty>;
}

/** @param runs Newest first. */
function Between({ source, stream, runs }: At & { runs: RunProfile[] }) {
  const [chosen, choose] = useState<{ from?: string; to?: string }>({});
  const to = chosen.to ?? runs[0]?.run ?? "";
  const from = chosen.from ?? runs[1]?.run ?? "";
  const comparison = useComparison(source, stream, from, to);
  const choices = runs.map(({ run, started }) => ({ value: run, label: started === null ? run : `Run of ${moment(started)}` }));
  return (
    <>
      <div className="toolbar">
        <Select label="From" value={from} onChange={(run) => choose({ ...chosen, from: run })} options={choices} />
        <Select label="To" value={to} onChange={(run) => choose({ ...chosen, to: run })} options={choices} />
      </div>
      <Fetched query={comparison} what="what changed">
        {(found) => (
          <>
            <p className="page-note">{basis(found)}</p>
            <ComparedColumns columns={found.columns} />
          </>
        )}
      </Fetched>
    </>
  );
}

const basis = ({ from, to, thresholds }: ProfileComparison): string =>
  `${count(from.rows, "record")} against ${count(to.rows, "record")}. A change is named where neither chance nor the errors of the figures explain it. ` +
  `A distribution moved moderately from a stability index of ${thresholds.moderate} and much from ${thresholds.large}, for columns with ${count(thresholds.fewest_values, "value")} or more in both runs.`;
