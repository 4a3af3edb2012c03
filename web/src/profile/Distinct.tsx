import type { ColumnProfile } from "../api/types";
import { integer } from "../format/numbers";

/** A count of distinct values; an estimate with how far it can be off (one standard error). */
export function Distinct({ of }: { of: ColumnProfile["distinct"] }) {
  if (of.exact) return <>{integer(of.value)}</>;
  return <>{integer(of.value)} <span className="error">±{(of.relative_error * 100).toFixed(1)}%</span></>;
}
