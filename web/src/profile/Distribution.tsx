import type { Column, ColumnProfile } from "../api/types";
import { Histogram } from "./Histogram";
import { TopShares } from "./TopShares";
import { chartOf } from "./chart";

/** The small picture of a column in the list. */
export function Distribution({ column, profile }: { column: Column; profile: ColumnProfile }) {
  const chart = chartOf(column, profile);
  if (chart === "histogram" && profile.numbers) return <Histogram bins={profile.numbers.histogram} height={32} />;
  if (chart === "shares") return <TopShares profile={profile} />;
  if (chart === "unique") return <span className="quiet-text small">every value differs</span>;
  return <span className="quiet-text small">{profile.rows === profile.nulls ? "only nulls" : "values differ widely"}</span>;
}
