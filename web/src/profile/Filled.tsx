import type { ColumnProfile } from "../api/types";

/** Shares of values, of empty and blank texts, and of nulls, as one bar. */
export function Filled({ profile }: { profile: ColumnProfile }) {
  const { rows, nulls, empties, blanks } = profile;
  const share = (n: number) => `${rows === 0 ? 0 : (n / rows) * 100}%`;
  const hollow = empties + blanks;
  return (
    <span className="filled-bar" aria-hidden="true">
      <span className="values" style={{ width: share(rows - nulls - hollow) }} />
      <span className="hollow" style={{ width: share(hollow) }} />
    </span>
  );
}
