import type { Column, ColumnProfile } from "../api/types";

export type Chart = "histogram" | "shares" | "unique" | "none";

/** Few values are better told apart by name than by place on a line. */
const FEW = 8;
/** A share below which the most frequent value says nothing. */
const NOTABLE = 0.005;

/** Which small picture tells most about a column. */
export function chartOf(column: Column, profile: ColumnProfile): Chart {
  const values = profile.rows - profile.nulls;
  if (values === 0) return "none";
  const top = profile.frequent[0]?.count ?? 0;
  const histogram = (profile.numbers?.histogram.length ?? 0) > 0;
  if (histogram && !column.key && (profile.distinct.value > FEW || top === 0)) return "histogram";
  if (profile.distinct.value >= values * 0.97 && values > 1 && top <= 1) return histogram && !column.key ? "histogram" : "unique";
  if (top / values >= NOTABLE) return "shares";
  return profile.distinct.value >= values * 0.95 ? "unique" : "none";
}
