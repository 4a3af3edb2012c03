import { Link } from "wouter";

import type { ReferenceList, Rule } from "../api/types";
import { Scroller } from "../components/Scroller";
import { count, integer } from "../format/numbers";
import { moment } from "../format/time";
import { usersOf } from "./users";

export const listPath = (name: string): string => `/lists/${encodeURIComponent(name)}`;

/** @param rules Undefined while they are read. */
export function ListTable({ lists, rules, label }: { lists: ReferenceList[]; rules: Rule[] | undefined; label: string }) {
  return (
    <Scroller label={label}>
      <table>
        <thead>
          <tr><th>List</th><th className="num">Values</th><th className="num">Version</th><th>Used by</th><th>Since</th><th>By</th></tr>
        </thead>
        <tbody>
          {lists.map(({ name, count: size, version, since, author, retired }) => (
            <tr key={name}>
              <th scope="row"><Link href={listPath(name)}>{name}</Link></th>
              <td className="num">{retired ? "–" : integer(size)}</td>
              <td className="num">{integer(version)}</td>
              <td>{rules ? count(usersOf(rules, name).length, "rule") : "–"}</td>
              <td><time dateTime={since}>{moment(since)}</time></td>
              <td>{author}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
