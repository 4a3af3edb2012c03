import { Link } from "wouter";

import type { Alert, Anomaly, Column, Finding, Series } from "../api/types";
import { Inline } from "../docs/Prose";
import { AnomalyFacts } from "../quality/AnomalyFacts";
import { nameOf } from "../quality/metrics";
import { isOf } from "../quality/plot";
import { SeriesChart } from "../quality/SeriesChart";
import { SeverityBadge } from "./SeverityBadge";
import { streamPath } from "./words";

interface Props {
  alert: Alert;
  finding: Finding;
  /** All of the alert's run, and the stream's series and columns, as far as they are read. */
  anomalies: Anomaly[];
  series: Series[];
  columns: Column[];
}

/** A finding in words; where it is an anomaly, with the series it stands out of. */
export function FindingItem({ alert, finding, anomalies, series, columns }: Props) {
  const anomaly = anomalies.find(({ id }) => id === finding.subject);
  const measured = anomaly && series.find((each) => isOf(each)(anomaly));
  const column = columns.find(({ name }) => name === anomaly?.column);
  return (
    <li className="finding">
      <div className="finding-text">
        <p><SeverityBadge severity={finding.severity} /> <Inline text={finding.explanation} /></p>
        <RuleLink alert={alert} rule={ruleOf(alert, finding, anomaly)} />
        {anomaly && <AnomalyFacts anomaly={anomaly} column={column} />}
      </div>
      {measured && <SeriesChart series={measured} anomalies={anomalies} column={column} label={nameOf(anomaly)} />}
    </li>
  );
}

/** Findings about rules name the rule, or an anomaly of the series that is named for it. */
function ruleOf({ kind }: Alert, { subject, column }: Finding, anomaly: Anomaly | undefined): string | null {
  if (kind !== "rules") return null;
  return anomaly?.column ?? column ?? subject;
}

function RuleLink({ alert, rule }: { alert: Alert; rule: string | null }) {
  if (rule === null || alert.stream === null) return null;
  return (
    <p className="small">
      <Link href={`${streamPath(alert.source, alert.stream)}/rules?rule=${encodeURIComponent(rule)}`}>Rule {rule} and its examples</Link>
    </p>
  );
}
