import { Link } from "wouter";

import type { Alert } from "../api/types";
import { Scroller } from "../components/Scroller";
import { StateBadge } from "../components/StateBadge";
import { Inline } from "../docs/Prose";
import { integer } from "../format/numbers";
import { moment } from "../format/time";
import { SeverityBadge } from "./SeverityBadge";
import { streamPath } from "./words";

export function AlertTable({ alerts }: { alerts: Alert[] }) {
  return (
    <Scroller label="Alerts">
      <table>
        <thead>
          <tr><th>Severity</th><th>What</th><th>State</th><th>Stream</th><th className="num">Runs</th><th>Since</th></tr>
        </thead>
        <tbody>{alerts.map((alert) => <Row key={alert.id} alert={alert} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ alert }: { alert: Alert }) {
  const { id, severity, title, findings, state, source, stream, occurrences, opened } = alert;
  return (
    <tr>
      <td><SeverityBadge severity={severity} /></td>
      <td className="wrap">
        <Link href={`/alerts/${encodeURIComponent(id)}`}><Inline text={title} /></Link>
        {findings[0] && <span className="below"><Inline text={findings[0].explanation} /></span>}
      </td>
      <td><StateBadge state={state} /></td>
      <td>{stream ? <Link href={streamPath(source, stream)}>{stream}</Link> : <span className="quiet-text">all of {source}</span>}</td>
      <td className="num">{integer(occurrences)}</td>
      <td><time dateTime={opened}>{moment(opened)}</time></td>
    </tr>
  );
}
