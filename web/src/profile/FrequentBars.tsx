import type { ColumnProfile } from "../api/types";
import { integer, percent } from "../format/numbers";

const SHOWN = 8;

/** The most frequent values. A count may be too high by its error, never too low. */
export function FrequentBars({ profile }: { profile: ColumnProfile }) {
  const values = profile.rows - profile.nulls;
  const top = profile.frequent.slice(0, SHOWN);
  const most = top[0]?.count ?? 1;
  return (
    <ol className="frequent">
      {top.map(({ value, count, error }) => (
        <li key={value}>
          <span className="value" title={value}>{value === "" ? <em>empty</em> : value}</span>
          <span className="bar" aria-hidden="true"><span style={{ width: `${(count / most) * 100}%` }} /></span>
          <span className="figure">{integer(count)}{error > 0 && <span className="error"> −{integer(error)}</span>}</span>
          <span className="figure share">{percent(count, values)}</span>
        </li>
      ))}
    </ol>
  );
}
