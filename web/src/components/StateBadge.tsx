import type { Alert, DeadLetter, Page, Run, StreamRun } from "../api/types";

type State = Run["state"] | StreamRun["state"] | Page["state"] | DeadLetter["state"] | Alert["state"] | "complete" | "working";

const TONES: Record<State, string> = {
  extracting: "busy", working: "busy", reading: "busy", landed: "busy", applied: "busy",
  extracted: "good", complete: "good", ended: "good", profiled: "good", replayed: "good",
  failed: "bad", unappliable: "bad", open: "warn", pending: "idle", skipped: "idle",
  acknowledged: "busy", resolved: "good",
};

export function StateBadge({ state }: { state: State }) {
  return <span className={`badge ${TONES[state]}`}>{state}</span>;
}

/** A run's state in one word: extraction may be over while pages are still applied and profiled. */
export function RunBadge({ run }: { run: Run }) {
  if (run.complete) return <StateBadge state="complete" />;
  if (run.state === "extracted" && !run.settled) return <StateBadge state="working" />;
  return <StateBadge state={run.state} />;
}
