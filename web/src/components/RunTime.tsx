import type { Run } from "../api/types";
import { ago, duration, moment } from "../format/time";
import { useNow } from "./useNow";

/** When a run began and how long its extraction took, or takes. */
export function RunTime({ run }: { run: Run }) {
  const now = useNow();
  const took = (run.ended ? Date.parse(run.ended) : now) - Date.parse(run.started);
  return (
    <span className="quiet-text">
      <time dateTime={run.started} title={moment(run.started)}>{ago(run.started, now)}</time>
      {run.ended ? `, extracted in ${duration(took)}` : `, for ${duration(took)}`}
    </span>
  );
}
