import { useRemoveExclusion } from "../api/handling";
import type { Exclusion } from "../api/types";
import { ConfirmButton } from "../components/ConfirmButton";
import { Scroller } from "../components/Scroller";
import { useNow } from "../components/useNow";
import { ahead, moment } from "../format/time";
import { placeText } from "./exclusion-draft";

export function ExclusionTable({ exclusions }: { exclusions: Exclusion[] }) {
  const now = useNow(60_000);
  return (
    <Scroller label="Excluded times">
      <table>
        <thead><tr><th>Excluded</th><th>From</th><th>Until</th><th>Why</th><th>By</th><th><span className="visually-hidden">Actions</span></th></tr></thead>
        <tbody>{exclusions.map((exclusion) => <Row key={exclusion.id} exclusion={exclusion} now={now} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ exclusion, now }: { exclusion: Exclusion; now: number }) {
  const remove = useRemoveExclusion();
  const { id, from, until, reason, author, created } = exclusion;
  const place = placeText(exclusion);
  return (
    <tr>
      <th scope="row">{place}</th>
      <td><time dateTime={from}>{moment(from)}</time><span className="below">{state(exclusion, now)}</span></td>
      <td><time dateTime={until}>{moment(until)}</time></td>
      <td className="wrap">{reason}</td>
      <td>{author}<span className="below"><time dateTime={created}>{moment(created)}</time></span></td>
      <td className="num">
        <ConfirmButton really="Really remove?" disabled={remove.isPending} onConfirm={() => remove.mutate(id)}>
          Remove<span className="visually-hidden"> the excluded time of {place} from {moment(from)}</span>
        </ConfirmButton>
      </td>
    </tr>
  );
}

function state({ from, until }: Exclusion, now: number): string {
  if (Date.parse(until) <= now) return "over";
  return Date.parse(from) <= now ? "now" : ahead(from, now);
}
