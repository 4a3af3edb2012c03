import { useRemoveChannel, useTestChannel } from "../api/handling";
import type { AlertChannel } from "../api/types";
import { ConfirmButton } from "../components/ConfirmButton";
import { Scroller } from "../components/Scroller";
import { figure } from "../format/numbers";
import { ChannelTestAnswer } from "./ChannelTestAnswer";
import { SeverityBadge } from "./SeverityBadge";
import { CHANNELS } from "./words";

type Edit = (channel: AlertChannel) => void;

/** What a test's answer is about: another address or kind makes it say nothing. */
const tested = ({ id, kind, secret, recipients }: AlertChannel) => JSON.stringify([id, kind, secret, recipients]);

export function ChannelTable({ channels, edit }: { channels: AlertChannel[]; edit: Edit }) {
  return (
    <Scroller label="Channels">
      <table>
        <thead>
          <tr>
            <th>Channel</th><th>Kind</th><th>Address in secret</th><th>Recipients</th><th>From severity</th><th>Cool-down</th>
            <th><span className="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>{channels.map((channel) => <Row key={tested(channel)} channel={channel} edit={edit} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ channel, edit }: { channel: AlertChannel; edit: Edit }) {
  const remove = useRemoveChannel();
  const test = useTestChannel(channel.id);
  const { id, kind, secret, recipients, least_severity, cool_down_seconds } = channel;
  return (
    <>
      <tr>
        <th scope="row">{id}</th>
        <td>{CHANNELS[kind]}</td>
        <td className="mono">{secret}</td>
        <td className="wrap">{recipients.join(", ") || "–"}</td>
        <td><SeverityBadge severity={least_severity} /></td>
        <td>{cool_down_seconds ? `${figure(cool_down_seconds / 60)} min` : "none"}</td>
        <td className="num">
          <span className="buttons">
            <button type="button" disabled={test.isPending} onClick={() => test.mutate()}>
              {test.isPending ? "Sending…" : "Send a test"}<span className="visually-hidden"> to {id}</span>
            </button>
            <button type="button" onClick={() => edit(channel)}>Edit<span className="visually-hidden"> {id}</span></button>
            <ConfirmButton really="Really remove?" disabled={remove.isPending} onConfirm={() => remove.mutate(id)}>
              Remove<span className="visually-hidden"> {id}</span>
            </ConfirmButton>
          </span>
        </td>
      </tr>
      {(test.data || test.error) && (
        <tr>
          <td colSpan={7} className="wrap"><ChannelTestAnswer test={test.data} error={test.error} /></td>
        </tr>
      )}
    </>
  );
}
