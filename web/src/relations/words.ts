/** How relations between columns are told. */
import type { Relations } from "../api/types";
import { count, integer } from "../format/numbers";

/** `0.83`, `−0.40`: two digits tell correlations apart, more would feign precision. */
export const strength = (value: number): string => value.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");

/** What was looked at. */
export function basis({ rows, sample, columns }: Relations): string {
  const records = sample.kind === "all" || sample.size === null || sample.size >= rows
    ? `all ${count(rows, "record")}`
    : `a random sample of ${integer(sample.size)} of ${count(rows, "record")}`;
  return `${count(columns.length, "column")} compared with each other over ${records}`;
}

export function duplicates({ duplicate_rows: { value, low, high, exact } }: Relations): string {
  const records = count(Math.round(value), "record");
  if (exact) return value === 0 ? "No record repeats another one." : `${records} ${value === 1 ? "repeats" : "repeat"} an earlier one in every column.`;
  return `About ${records} (${integer(low)} to ${integer(high)}) repeat an earlier one in every column.`;
}
