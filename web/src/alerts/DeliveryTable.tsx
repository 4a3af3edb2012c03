import { Link } from "wouter";

import { useDeliveries } from "../api/quality";
import { Fetched } from "../components/Fetched";
import { Scroller } from "../components/Scroller";
import { Inline } from "../docs/Prose";
import { integer } from "../format/numbers";
import { moment } from "../format/time";

const TONES: Record<string, string> = { sent: "good", failed: "bad", pending: "busy" };

/** Whether the alert reached the channels. */
export function DeliveryTable({ alert }: { alert: string }) {
  const deliveries = useDeliveries(alert);
  return (
    <section className="card" aria-labelledby="deliveries">
      <div className="card-head"><h2 id="deliveries">Deliveries</h2></div>
      <Fetched query={deliveries} what="the deliveries">
        {({ items }) => items.length === 0 ? (
          <p className="quiet-text">It was sent nowhere: no <Link href="/channels">channel</Link> wants alerts this severe, or it is <Link href="/silences">silenced</Link>.</p>
        ) : (
          <Scroller label="Deliveries">
            <table>
              <thead><tr><th>Channel</th><th>State</th><th className="num">Attempts</th><th>Due</th><th>Done</th><th>What went wrong last</th></tr></thead>
              <tbody>
                {items.map(({ channel, state, attempts, due, done, error }) => (
                  <tr key={`${channel} ${due}`}>
                    <th scope="row">{channel}</th>
                    <td><span className={`badge ${TONES[state] ?? "idle"}`}>{state}</span></td>
                    <td className="num">{integer(attempts)}</td>
                    <td><time dateTime={due}>{moment(due)}</time></td>
                    <td>{done ? <time dateTime={done}>{moment(done)}</time> : "–"}</td>
                    <td className="wrap"><Inline text={error ?? "–"} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroller>
        )}
      </Fetched>
    </section>
  );
}
