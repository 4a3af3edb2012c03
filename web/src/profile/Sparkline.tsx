import { figure } from "../format/numbers";

interface Props {
  label: string;
  /** Oldest first; null where a run has no such figure. */
  points: (number | null)[];
  text?: (value: number) => string;
}

const WIDTH = 140;
const HEIGHT = 30;
const EDGE = 3;

/** A figure over runs. */
export function Sparkline({ label, points, text = figure }: Props) {
  const known = points.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  const last = known.at(-1);
  if (!last) return null;
  const [low, high] = [Math.min(...known.map((p) => p.value)), Math.max(...known.map((p) => p.value))];
  const x = (i: number) => EDGE + (points.length < 2 ? 0.5 : i / (points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => (high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE));
  const words = `${label} over ${points.length} runs: from ${text(low)} to ${text(high)}, last ${text(last.value)}`;
  return (
    <figure className="spark">
      <figcaption>{label} <b>{text(last.value)}</b></figcaption>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={words}>
        <title>{words}</title>
        <polyline points={known.map(({ value, i }) => `${x(i)},${y(value)}`).join(" ")} />
        <circle cx={x(last.i)} cy={y(last.value)} r={2.5} />
      </svg>
    </figure>
  );
}
