import { useRemoveChannel } from "../api/handling";
import type { AlertChannel } from "../api/types";
import { ConfirmButton } from "../components/ConfirmButton";
import { Scroller } from "../components/Scroller";
import { figure } from "../format/numbers";
import { SeverityBadge } from "./SeverityBadge";
import { CHANNELS } from "./words";

export function ChannelTable({ channels }: { channels: AlertChannel[] }) {
  const remove = useRemoveChannel();
  return (
    <Scroller label="Channels">
      <table>
        <thead><tr><th>Channel</th><th>Kind</th><th>Address in secret</th><th>Recipients</th><th>From severity</th><th>Cool-down</th><th><span className="visually-hidden">Actions</span></th></tr></thead>
        <tbody>
          {channels.map(({ id, kind, secret, recipients, least_severity, cool_down_seconds }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>{CHANNELS[kind]}</td>
              <td className="mono">{secret}</td>
              <td className="wrap">{recipients.join(", ") || "–"}</td>
              <td><SeverityBadge severity={least_severity} /></td>
              <td>{cool_down_seconds ? `${figure(cool_down_seconds / 60)} min` : "none"}</td>
              <td className="num">
                <ConfirmButton really="Really remove?" disabled={remove.isPending} onConfirm={() => remove.mutate(id)}>
                  Remove<span className="visually-hidden"> {id}</span>
                </ConfirmButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
