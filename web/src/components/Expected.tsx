import type { StreamRun } from "../api/types";
import { integer } from "../format/numbers";

const WORDS = {
  fewer: "fewer were read: some became visible meanwhile, and the next run reads them",
  more: "more were read: some changed again or vanished meanwhile, or were read twice",
};

/** What the source counted in the run's window, and whether as many were read. */
export function Expected({ run }: { run: StreamRun }) {
  const { expected, reconciliation, state } = run;
  if (expected === null) return <>–</>;
  if (state !== "ended" || reconciliation === null || reconciliation === "matched") return <>{integer(expected)}</>;
  return (
    <span className="warn-text" title={WORDS[reconciliation]}>
      {reconciliation === "fewer" ? "▼" : "▲"} {integer(expected)}
      <span className="visually-hidden">: {WORDS[reconciliation]}</span>
    </span>
  );
}
