import { useEndSilence } from "../api/handling";
import type { Silence } from "../api/types";
import { Scroller } from "../components/Scroller";
import { useNow } from "../components/useNow";
import { ahead, moment } from "../format/time";
import { causeText } from "./words";

export function SilenceTable({ silences }: { silences: Silence[] }) {
  const end = useEndSilence();
  const now = useNow(60_000);
  return (
    <Scroller label="Silences">
      <table>
        <thead><tr><th>Silent about</th><th>Until</th><th>Why</th><th>By</th><th><span className="visually-hidden">Actions</span></th></tr></thead>
        <tbody>
          {silences.map((silence) => (
            <tr key={silence.id}>
              <th scope="row">{causeText(silence)}</th>
              <td><time dateTime={silence.until}>{moment(silence.until)}</time><span className="below">{ahead(silence.until, now)}</span></td>
              <td className="wrap">{silence.reason}</td>
              <td>{silence.author}</td>
              <td className="num">
                <button type="button" disabled={end.isPending} onClick={() => end.mutate(silence.id)}>
                  End now<span className="visually-hidden"> the silence about {causeText(silence)}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
