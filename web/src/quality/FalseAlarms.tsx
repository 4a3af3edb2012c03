import type { Anomaly, Column } from "../api/types";
import { Inline } from "../docs/Prose";
import { count } from "../format/numbers";
import { AnomalyFacts } from "./AnomalyFacts";

/** What people called false alarms, folded away, to be taken back. */
export function FalseAlarms({ anomalies, columns }: { anomalies: Anomaly[]; columns: Column[] }) {
  const marked = anomalies.filter(({ false_alarm: is }) => is);
  if (marked.length === 0) return null;
  return (
    <details className="card fold">
      <summary>{count(marked.length, "false alarm")}, which the series learn from</summary>
      <ul className="findings">
        {marked.map((anomaly) => (
          <li key={anomaly.id} className="finding-text">
            <p><Inline text={anomaly.explanation} /></p>
            <AnomalyFacts anomaly={anomaly} column={columns.find(({ name }) => name === anomaly.column)} />
          </li>
        ))}
      </ul>
    </details>
  );
}
