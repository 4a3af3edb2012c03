import type { NumberStatistics } from "../api/types";
import { boxOf, place } from "./scale";

interface Props {
  numbers: NumberStatistics;
  text: (value: number) => string;
}

const HEIGHT = 30;
const MIDDLE = HEIGHT / 2;

/** Quartiles as a box, the 5th to the 95th percentile as whiskers, the extremes as dots. */
export function BoxPlot({ numbers, text }: Props) {
  const box = boxOf(numbers.quantiles);
  if (!box) return null;
  const x = (value: number) => `${place(value, box.min, box.max)}%`;
  const label = `Median ${text(box.median)}, half of the values from ${text(box.q1)} to ${text(box.q3)}, ` +
    `nine in ten from ${text(box.low)} to ${text(box.high)}`;
  const width = Math.max(0.4, place(box.q3, box.min, box.max) - place(box.q1, box.min, box.max));
  return (
    <svg className="boxplot" width="100%" height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1={x(box.low)} x2={x(box.high)} y1={MIDDLE} y2={MIDDLE} />
      <line x1={x(box.low)} x2={x(box.low)} y1={MIDDLE - 5} y2={MIDDLE + 5} />
      <line x1={x(box.high)} x2={x(box.high)} y1={MIDDLE - 5} y2={MIDDLE + 5} />
      <rect x={x(box.q1)} width={`${width}%`} y={MIDDLE - 9} height={18} rx={3} />
      <line className="median" x1={x(box.median)} x2={x(box.median)} y1={MIDDLE - 9} y2={MIDDLE + 9} />
      {numbers.mean !== null && <circle className="mean" cx={x(numbers.mean)} cy={MIDDLE} r={3} />}
      <circle cx={x(box.min)} cy={MIDDLE} r={2} />
      <circle cx={x(box.max)} cy={MIDDLE} r={2} />
    </svg>
  );
}
