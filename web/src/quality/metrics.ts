/** What is measured over runs: names, and how values are written. */
import type { Column, Metric } from "../api/types";
import { figure, integer, percent } from "../format/numbers";
import { duration } from "../format/time";
import { spreadText, valueText } from "../format/values";

export const METRICS: Record<Metric, string> = {
  volume: "Records",
  freshness: "Age of the newest change",
  schema_change: "Columns changed",
  null_share: "Empty share",
  blank_share: "Blank texts",
  misfit_share: "Misfits of the type",
  zero_share: "Zeros",
  negative_share: "Negative numbers",
  outlier_share: "Outliers",
  future_share: "Times in the future",
  uniqueness: "Uniqueness",
  distinct: "Distinct values",
  mean: "Mean",
  median: "Median",
  min: "Smallest value",
  max: "Largest value",
  sum: "Sum",
  standard_deviation: "Standard deviation",
  mean_length: "Mean length",
  distribution_shift: "Shift of the distribution",
  rule_violations: "Share that breaks the rule",
};

/** `Empty share of email`; without a column or a rule, the metric alone. */
export function nameOf({ metric, column }: { metric: Metric; column: string | null }): string {
  if (column === null) return METRICS[metric];
  return metric === "rule_violations" ? `Share that breaks ${column}` : `${METRICS[metric]} of ${column}`;
}

const share = (value: number): string => percent(value, 1);
const days = (seconds: number): string => (seconds >= 172_800 ? `${figure(Math.round(seconds / 8640) / 10)} d` : duration(seconds * 1000));
const VALUES = new Set<Metric>(["mean", "median", "min", "max", "sum"]);
const SHARES = new Set<Metric>(["null_share", "blank_share", "misfit_share", "zero_share", "negative_share", "outlier_share", "future_share",
  "rule_violations"]);

/** @param column The measured column, where it is known: its values may be dates. */
export function textOf(metric: Metric, column?: Column): (value: number) => string {
  if (SHARES.has(metric)) return share;
  if (metric === "freshness") return days;
  if (metric === "volume" || metric === "distinct" || metric === "schema_change") return integer;
  if (column && VALUES.has(metric)) return valueText(column);
  if (column && metric === "standard_deviation") return spreadText(column);
  return figure;
}

/** Figures that cannot be below zero, so that no expectation is said to be. */
export const isCount = (metric: Metric): boolean => !VALUES.has(metric);
