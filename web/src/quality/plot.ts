/** Where the parts of a series' picture lie. Units are those of its `viewBox`. */
import type { Anomaly, Metric, Point, Series } from "../api/types";
import { isCount } from "./metrics";

export const WIDTH = 320;
export const HEIGHT = 84;
const EDGE = 6;
/** A band narrower than this is hard to see. */
const BAND = 12;

export interface Mark {
  x: number;
  y: number;
  anomaly: Anomaly;
  /** Where the point would have been usual. */
  band: { x: number; y: number; width: number; height: number };
}

export interface Plot {
  line: string;
  last: { x: number; y: number };
  marks: Mark[];
  /** The lowest and the highest value of the points themselves. */
  low: number;
  high: number;
}

export const isOf = ({ column, metric }: Pick<Series, "column" | "metric">) => (anomaly: Anomaly): boolean =>
  anomaly.column === column && anomaly.metric === metric;

/** The lower end of what was expected; counts and shares do not go below zero. */
export const lowEnd = ({ metric, expected }: { metric: Metric; expected: Anomaly["expected"] }): number =>
  (isCount(metric) ? Math.max(0, expected.low) : expected.low);

/** Points side by side in the order of runs. `anomalies` are the series' own; those of runs not shown are left out. */
export function plotOf(points: Point[], anomalies: Anomaly[]): Plot | null {
  const final = points.at(-1);
  if (!final) return null;
  const shown = anomalies.filter(({ run }) => points.some((point) => point.run === run));
  const values = points.map(({ value }) => value);
  const all = [...values, ...shown.flatMap((each) => [lowEnd(each), each.expected.high])];
  const [bottom, top] = [Math.min(...all), Math.max(...all)];
  const step = points.length < 2 ? 0 : (WIDTH - 2 * EDGE) / (points.length - 1);
  const x = (i: number) => (points.length < 2 ? WIDTH / 2 : EDGE + i * step);
  const y = (value: number) => (top === bottom ? HEIGHT / 2 : HEIGHT - EDGE - ((value - bottom) / (top - bottom)) * (HEIGHT - 2 * EDGE));
  const width = Math.max(BAND, step);
  const marks = shown.map((anomaly): Mark => {
    const at = points.findIndex(({ run }) => run === anomaly.run);
    const [upper, lower] = [y(anomaly.expected.high), y(lowEnd(anomaly))];
    const left = Math.min(WIDTH - width, Math.max(0, x(at) - width / 2));
    return { x: x(at), y: y(anomaly.observed), anomaly, band: { x: left, y: upper, width, height: Math.max(2, lower - upper) } };
  });
  return {
    line: points.map(({ value }, i) => `${round(x(i))},${round(y(value))}`).join(" "),
    last: { x: x(points.length - 1), y: y(final.value) },
    marks, low: Math.min(...values), high: Math.max(...values),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
