import type { HistogramBin, Quantile } from "../api/types";

export interface Bar {
  bin: HistogramBin;
  /** Left edge and width, percent of the picture. */
  x: number;
  width: number;
  /** Height, 0 to 1 of the highest. */
  share: number;
}

const GAP = 0.6;

/** Bars of equal width side by side; a column with one value is one bar in the middle. */
export function barsOf(bins: HistogramBin[]): Bar[] {
  const highest = Math.max(...bins.map(({ count }) => count), 0);
  const step = 100 / Math.max(1, bins.length);
  const lone = bins.length === 1 ? { x: 40, width: 20 } : null;
  return bins.map((bin, i) => ({
    bin,
    x: lone?.x ?? i * step + GAP / 2,
    width: lone?.width ?? step - GAP,
    share: highest === 0 ? 0 : bin.count / highest,
  }));
}

/** Where a value lies between two others, in percent; in the middle where they are the same. */
export function place(value: number, low: number, high: number): number {
  // Halved first: the difference of the largest numbers there are would overflow.
  const width = high / 2 - low / 2;
  if (!(width > 0)) return 50;
  return Math.min(100, Math.max(0, ((value / 2 - low / 2) / width) * 100));
}

export interface Box {
  min: number;
  low: number;
  q1: number;
  median: number;
  q3: number;
  high: number;
  max: number;
}

/** The parts of a box plot: whiskers reach from the 5th to the 95th percentile. */
export function boxOf(quantiles: Quantile[]): Box | null {
  const at = (rank: number) => quantiles.find((quantile) => Math.abs(quantile.rank - rank) < 1e-9)?.value;
  const [min, low, q1, median, q3, high, max] = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(at);
  if (q1 === undefined || median === undefined || q3 === undefined) return null;
  return { min: min ?? low ?? q1, low: low ?? q1, q1, median, q3, high: high ?? q3, max: max ?? high ?? q3 };
}
