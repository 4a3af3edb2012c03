import type { HistogramBin } from "../api/types";
import { barsOf } from "./scale";

interface Props {
  bins: HistogramBin[];
  /** Pixels. The width is that of the place. */
  height: number;
  /** Writes a bin for its tooltip; without it the picture is only decoration. */
  text?: ((bin: HistogramBin) => string) | undefined;
  label?: string | undefined;
}

export function Histogram({ bins, height, text, label }: Props) {
  const bars = barsOf(bins);
  const role = label ? { role: "img", "aria-label": label } : { "aria-hidden": true };
  return (
    <svg className="histogram" width="100%" height={height} {...role}>
      {bars.map(({ bin, x, width, share }, i) => {
        const tall = share === 0 ? 0 : Math.max(1.5, share * (height - 1));
        return (
          <rect key={i} x={`${x}%`} width={`${width}%`} y={height - tall} height={tall}>
            {text && <title>{text(bin)}</title>}
          </rect>
        );
      })}
      <line x1="0" x2="100%" y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}
