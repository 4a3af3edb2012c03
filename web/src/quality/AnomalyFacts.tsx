import { useFalseAlarm } from "../api/handling";
import type { Anomaly, Column } from "../api/types";
import { figure } from "../format/numbers";
import { nameOf, textOf } from "./metrics";
import { lowEnd } from "./plot";

/** What came, what was expected, how far off that is in the series' own usual spread; and the way to say that it is none. */
export function AnomalyFacts({ anomaly, column }: { anomaly: Anomaly; column?: Column | undefined }) {
  const mark = useFalseAlarm();
  const text = textOf(anomaly.metric, column);
  const { id, false_alarm: is, observed, expected, deviations } = anomaly;
  return (
    <div className="anomaly-facts">
      <dl className="inline-facts first">
        <div><dt>Came</dt><dd><b>{text(observed)}</b></dd></div>
        <div><dt>Expected</dt><dd>{text(lowEnd(anomaly))} to {text(expected.high)}</dd></div>
        <div><dt>Off by</dt><dd>{figure(Math.round(Math.abs(deviations) * 10) / 10)} deviations</dd></div>
      </dl>
      {is && <span className="badge">false alarm</span>}
      <button type="button" disabled={mark.isPending} onClick={() => mark.mutate({ id, is: !is })}>
        {is ? "It was no false alarm" : "This is a false alarm"}
        <span className="visually-hidden"> about {nameOf(anomaly)}</span>
      </button>
    </div>
  );
}
