import { useState } from "react";

import { useAcknowledge, useResolve } from "../api/handling";
import { useColumns } from "../api/queries";
import { useAlert, useAnomalies, useOutcomesOfRun, useSeries } from "../api/quality";
import type { Alert } from "../api/types";
import { AlertFacts } from "../alerts/AlertFacts";
import { DeliveryTable } from "../alerts/DeliveryTable";
import { FindingItem } from "../alerts/FindingItem";
import { SeverityBadge } from "../alerts/SeverityBadge";
import { SilenceForm } from "../alerts/SilenceForm";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";
import { StateBadge } from "../components/StateBadge";
import { SeriesLegend } from "../quality/SeriesLegend";

export function AlertPage({ id }: { id: string }) {
  const query = useAlert(id);
  const [silencing, setSilencing] = useState(false);
  const alert = query.data;
  return (
    <>
      <PageHead
        title={alert?.title.replaceAll("`", "") ?? "Alert"} crumbs={[{ to: "/alerts", label: "Alerts" }]}
        beside={alert && <><SeverityBadge severity={alert.severity} /><StateBadge state={alert.state} /></>}
        actions={alert && <Actions alert={alert} silencing={silencing} silence={setSilencing} />}
      />
      {alert && silencing && <SilenceForm cause={alert} done={() => setSilencing(false)} />}
      <Fetched query={query} what="the alert">
        {(found) => <><AlertFacts alert={found} /><Findings alert={found} /><DeliveryTable alert={found.id} /></>}
      </Fetched>
    </>
  );
}

interface ActionsProps {
  alert: Alert;
  silencing: boolean;
  silence: (now: boolean) => void;
}

function Actions({ alert: { id, state }, silencing, silence }: ActionsProps) {
  const [acknowledge, resolve] = [useAcknowledge(), useResolve()];
  const busy = acknowledge.isPending || resolve.isPending;
  return (
    <>
      <button type="button" aria-expanded={silencing} onClick={() => silence(!silencing)}>Silence this…</button>
      {state === "open" && <button type="button" disabled={busy} onClick={() => acknowledge.mutate(id)}>Acknowledge</button>}
      {state !== "resolved" && <button type="button" className="primary" disabled={busy} onClick={() => resolve.mutate(id)}>Resolve</button>}
    </>
  );
}

function Findings({ alert }: { alert: Alert }) {
  const { source, stream, run, findings } = alert;
  // Charts are a help: without them the sentences still say it all.
  const ofRun = useAnomalies({ source, stream, run }).data?.items ?? [];
  const ofStream = useAnomalies({ source, stream }).data?.items ?? [];
  // An old alert's own may no longer be among the stream's newest.
  const anomalies = [...new Map([...ofRun, ...ofStream].map((each) => [each.id, each])).values()];
  const outcomes = useOutcomesOfRun(alert.kind === "rules" ? run : null).data?.items ?? [];
  const series = useSeries(source, stream).data?.items ?? [];
  const columns = useColumns(source, stream).data?.items ?? [];
  return (
    <section className="card" aria-labelledby="findings">
      <div className="card-head"><h2 id="findings">Findings</h2>{anomalies.length > 0 && <SeriesLegend />}</div>
      <ul className="findings">
        {findings.map((finding) => (
          <FindingItem key={finding.subject} alert={alert} finding={finding} anomalies={anomalies} series={series} columns={columns}
            outcomes={outcomes} />
        ))}
      </ul>
    </section>
  );
}
