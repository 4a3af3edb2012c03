import { useFalseAlarm } from "../api/handling";
import type { Anomaly, Column } from "../api/types";
import { moment } from "../format/time";
import { METRICS, textOf } from "./metrics";
import { lowEnd } from "./plot";

/** Came, expected, since when; and the way to say that it is none. */
export function AnomalyFacts({ anomaly, column }: { anomaly: Anomaly; column?: Column | undefined }) {
  const mark = useFalseAlarm();
  const text = textOf(anomaly.metric, column);
  const { id, false_alarm: is, metric, observed, expected, since } = anomaly;
  return (
    <div className="anomaly-facts">
      <dl className="inline-facts first">
        <div><dt>Came</dt><dd><b>{text(observed)}</b></dd></div>
        <div><dt>Expected</dt><dd>{text(lowEnd(anomaly))} to {text(expected.high)}</dd></div>
        <div><dt>Unusual since</dt><dd><time dateTime={since}>{moment(since)}</time></dd></div>
      </dl>
      {is && <span className="badge">false alarm</span>}
      <button type="button" disabled={mark.isPending} onClick={() => mark.mutate({ id, is: !is })}>
        {is ? "It was no false alarm" : "This is a false alarm"}
        <span className="visually-hidden"> about {METRICS[metric]}{anomaly.column && ` of ${anomaly.column}`}</span>
      </button>
    </div>
  );
}
