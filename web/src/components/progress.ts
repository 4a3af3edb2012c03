import type { StreamRun } from "../api/types";

export interface ProgressOf {
  landed: number;
  applied: number;
  profiled: number;
  /** What the three are parts of. */
  of: number;
  /** Whether `of` is the source's own count or final, and not just what landed so far. */
  known: boolean;
}

/** Records at each stage. Profiling is told by page, so its records are the pages' share of what landed. */
export function progress(run: StreamRun): ProgressOf {
  const { records, read, pages, pages_profiled, expected, state } = run;
  const profiled = pages === 0 ? 0 : Math.round((records * pages_profiled) / pages);
  const over = state === "ended" || state === "failed" || state === "skipped";
  const of = Math.max(expected ?? 0, records);
  return { landed: records, applied: read, profiled, of, known: over || expected !== null };
}
