import { Link } from "wouter";

import type { DeadLetter } from "../api/types";
import { moment } from "../format/time";
import { Scroller } from "./Scroller";
import { StateBadge } from "./StateBadge";

interface Props {
  letters: DeadLetter[];
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
}

export function DeadLetterTable({ letters, chosen, choose }: Props) {
  const open = letters.filter(({ state }) => state === "open").map(({ id }) => id);
  const all = open.length > 0 && open.every((id) => chosen.has(id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <Scroller label="Dead letters">
      <table>
        <thead>
          <tr>
            <th>
              <input type="checkbox" aria-label="Choose all open ones" checked={all} disabled={open.length === 0}
                onChange={() => choose(new Set(all ? [] : open))} />
            </th>
            <th>Reason</th><th>State</th><th>Stream</th><th className="num">Record</th><th>Since</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <tr key={letter.id}>
              <td>
                <input type="checkbox" aria-label={`Choose ${letter.id}`} disabled={letter.state !== "open"}
                  checked={chosen.has(letter.id)} onChange={() => toggle(letter.id)} />
              </td>
              <td className="wrap">
                <Link href={`/dead-letters/${encodeURIComponent(letter.id)}`}>{letter.code}</Link>
                <span className="below">{letter.reason}</span>
              </td>
              <td><StateBadge state={letter.state} /></td>
              <td>{letter.stream}</td>
              <td className="num">{letter.ordinal}</td>
              <td><time dateTime={letter.created}>{moment(letter.created)}</time></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
