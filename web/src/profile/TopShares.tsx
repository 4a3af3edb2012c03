import type { ColumnProfile } from "../api/types";

const SHOWN = 5;

/** The most frequent values' shares of all values, side by side; the rest stays empty. */
export function TopShares({ profile }: { profile: ColumnProfile }) {
  const values = profile.rows - profile.nulls;
  const top = profile.frequent.slice(0, SHOWN);
  const first = top[0];
  return (
    <span className="shares">
      <span className="shares-bar" aria-hidden="true">
        {top.map(({ value, count }, i) => (
          <span key={value} style={{ width: `${Math.min(100, (count / values) * 100)}%`, opacity: 1 - i * 0.17 }} />
        ))}
      </span>
      {first && <span className="shares-text">{top.map(({ value }) => value || "(empty)").join(" · ")}</span>}
    </span>
  );
}
