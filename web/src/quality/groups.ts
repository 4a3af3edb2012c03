/** Which of a stream's series are shown where. */
import type { Anomaly, Metric, Series } from "../api/types";
import { isOf } from "./plot";

export interface Unusual {
  series: Series;
  /** The newest one. */
  anomaly: Anomaly;
}

/** Series whose newest points hold an anomaly that nobody called false, the least likely first. `anomalies`
 *  come newest first. */
export function unusualOf(series: Series[], anomalies: Anomaly[]): Unusual[] {
  const real = anomalies.filter(({ false_alarm: no }) => !no);
  const found = series.flatMap((each) => {
    const shown = new Set(each.points.map(({ run }) => run));
    const anomaly = real.find((one) => isOf(each)(one) && shown.has(one.run));
    return anomaly ? [{ series: each, anomaly }] : [];
  });
  return found.sort((a, b) => Date.parse(b.anomaly.at) - Date.parse(a.anomaly.at) || a.anomaly.chance - b.anomaly.chance);
}

const OF_STREAM: readonly Metric[] = ["volume", "freshness", "schema_change"];

export const ofStream = (series: Series[]): Series[] =>
  series.filter(({ column }) => column === null).sort((a, b) => OF_STREAM.indexOf(a.metric) - OF_STREAM.indexOf(b.metric));

export const ofRules = (series: Series[]): Series[] => series.filter(({ metric }) => metric === "rule_violations");

export const ofColumns = (series: Series[], metric: Metric): Series[] =>
  series.filter((each) => each.column !== null && each.metric === metric);

/** Those that were unusual first, then those that move, then the flat ones; else in the order they had. */
export function byInterest(series: Series[], anomalies: Anomaly[]): Series[] {
  const weight = (each: Series): number => {
    if (anomalies.some((anomaly) => !anomaly.false_alarm && isOf(each)(anomaly))) return 0;
    return each.points.some(({ value }) => value !== each.points[0]?.value) ? 1 : 2;
  };
  return series.map((each) => ({ each, at: weight(each) })).sort((a, b) => a.at - b.at).map(({ each }) => each);
}

/** What is measured of the columns, the most asked for first. */
export function metricsOf(series: Series[], order: readonly Metric[]): Metric[] {
  const there = new Set(series.filter(({ column, metric }) => column !== null && metric !== "rule_violations").map(({ metric }) => metric));
  return order.filter((metric) => there.has(metric));
}
