import type { StreamRun } from "../api/types";
import { integer } from "../format/numbers";
import { progress } from "./progress";

/** How far a stream is: landed behind, applied before it, profiled in front. */
export function Progress({ run }: { run: StreamRun }) {
  const { landed, applied, profiled, of, known } = progress(run);
  const share = (n: number) => `${of === 0 ? (run.complete && run.state !== "skipped" ? 100 : 0) : Math.min(100, (n / of) * 100)}%`;
  const text = `${integer(landed)} landed, ${integer(applied)} applied, ${integer(profiled)} profiled` +
    (known ? ` of ${integer(of)}` : "");
  const classes = ["progress", run.state, !known && run.state === "reading" ? "unknown" : ""].join(" ");
  return (
    <div
      className={classes} role="progressbar" title={text} aria-label={`Progress of ${run.stream}`}
      aria-valuemin={0} aria-valuemax={Math.max(of, 1)} aria-valuenow={of === 0 && run.complete && run.state !== "skipped" ? 1 : profiled}
      aria-valuetext={text}
    >
      <div className="landed" style={{ width: share(landed) }} />
      <div className="applied" style={{ width: share(applied) }} />
      <div className="profiled" style={{ width: share(profiled) }} />
    </div>
  );
}
