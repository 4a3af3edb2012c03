import type { Anomaly, Column, Series } from "../api/types";
import { count } from "../format/numbers";
import { brief } from "../format/time";
import { METRICS, textOf } from "./metrics";
import { HEIGHT, isOf, plotOf, WIDTH, type Mark, type Plot } from "./plot";

interface Props {
  series: Series;
  anomalies: Anomaly[];
  column?: Column | undefined;
  /** What the picture is of; without it, the metric. */
  label?: string;
}

/** A figure over runs, with what was unusual marked and, behind each mark, what was expected. */
export function SeriesChart({ series, anomalies, column, label = METRICS[series.metric] }: Props) {
  const { points, metric } = series;
  const plot = plotOf(points, anomalies.filter(isOf(series)));
  const [first, last] = [points[0], points.at(-1)];
  if (!plot || !first || !last) return null;
  const text = textOf(metric, column);
  const unusual = plot.marks.filter(({ anomaly }) => !anomaly.false_alarm).length;
  const words = `${label} over ${count(points.length, "run")}: from ${text(plot.low)} to ${text(plot.high)}, last ${text(last.value)}, ${unusual} unusual`;
  return (
    <figure className="series">
      <figcaption><span className="series-name">{label}</span> <b>{text(last.value)}</b></figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}><title>{words}</title><Drawing plot={plot} text={text} /></svg>
      <div className="axis"><span>{brief(first.at)}</span>{points.length > 1 && <span>{brief(last.at)}</span>}</div>
    </figure>
  );
}

function Drawing({ plot, text }: { plot: Plot; text: (value: number) => string }) {
  return (
    <>
      {plot.marks.map(({ anomaly, band }) => <rect key={anomaly.id} className="expected-band" rx={2} {...band} />)}
      <polyline points={plot.line} />
      <circle className="last" cx={plot.last.x} cy={plot.last.y} r={2.5} />
      {plot.marks.map((mark) => <Dot key={mark.anomaly.id} mark={mark} text={text} />)}
    </>
  );
}

function Dot({ mark: { x, y, anomaly }, text }: { mark: Mark; text: (value: number) => string }) {
  const said = anomaly.false_alarm ? "a false alarm" : "unusual";
  return (
    <circle className={anomaly.false_alarm ? "false-alarm" : "unusual"} cx={x} cy={y} r={4.5}>
      <title>{`${text(anomaly.observed)}, ${brief(anomaly.at)}: ${said}`}</title>
    </circle>
  );
}
