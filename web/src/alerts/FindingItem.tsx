import { Link } from "wouter";

import type { Alert, Anomaly, Column, Finding, RuleOutcome, Series } from "../api/types";
import { Inline } from "../docs/Prose";
import { AnomalyFacts } from "../quality/AnomalyFacts";
import { nameOf } from "../quality/metrics";
import { isOf } from "../quality/plot";
import { SeriesChart } from "../quality/SeriesChart";
import { ViolationTable } from "../rules/ViolationTable";
import { SeverityBadge } from "./SeverityBadge";
import { streamPath } from "./words";

interface Props {
  alert: Alert;
  finding: Finding;
  /** All of the alert's run, and the stream's series and columns, as far as they are read. */
  anomalies: Anomaly[];
  series: Series[];
  columns: Column[];
  /** What the rules came to in the alert's run. */
  outcomes: RuleOutcome[];
}

/** A finding in words, with the series it stands out of, and the records that broke a rule. */
export function FindingItem({ alert, finding, anomalies, series, columns, outcomes }: Props) {
  const anomaly = anomalies.find(({ id }) => id === finding.subject);
  const broken = ruleOf(alert, finding, anomaly);
  // Where the rule's share is unusual too, that finding draws the series.
  const drawn = alert.findings.some(({ subject }) => anomalies.some(({ id, column: of }) => id === subject && of === broken));
  const measured = series.find((each) => (anomaly ? isOf(each)(anomaly) : !drawn && each.metric === "rule_violations" && each.column === broken));
  const column = columns.find(({ name }) => name === anomaly?.column);
  return (
    <li className="finding">
      <div className="finding-text">
        <p><SeverityBadge severity={finding.severity} /> <Inline text={finding.explanation} /></p>
        {!anomaly && <Examples outcome={outcomes.find(({ rule, stream }) => rule === broken && stream === alert.stream)} />}
        <RuleLink alert={alert} rule={broken} />
        {anomaly && <AnomalyFacts anomaly={anomaly} column={column} />}
      </div>
      {measured && <SeriesChart series={measured} anomalies={anomalies} column={column} label={nameOf(measured)} />}
    </li>
  );
}

function Examples({ outcome }: { outcome: RuleOutcome | undefined }) {
  if (!outcome || outcome.examples.length === 0) return null;
  return <ViolationTable examples={outcome.examples} label={`Examples that broke ${outcome.rule}`} />;
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
      <Link href={`${streamPath(alert.source, alert.stream)}/rules?rule=${encodeURIComponent(rule)}`}>Rule {rule}, its versions and its runs</Link>
    </p>
  );
}
