import type { Anomaly, Column } from "../api/types";
import { Inline } from "../docs/Prose";
import { AnomalyFacts } from "./AnomalyFacts";
import type { Unusual } from "./groups";
import { SeriesChart } from "./SeriesChart";
import { nameOf } from "./metrics";

/** A series with its newest anomaly in words. */
export function UnusualItem({ of: { series, anomaly }, all, column }: { of: Unusual; all: Anomaly[]; column?: Column | undefined }) {
  return (
    <li className="finding">
      <div className="finding-text">
        <h3>{nameOf(series)}</h3>
        <p><Inline text={anomaly.explanation} /></p>
        <AnomalyFacts anomaly={anomaly} column={column} />
      </div>
      <SeriesChart series={series} anomalies={all} column={column} />
    </li>
  );
}
