import { useState } from "react";
import { Link } from "wouter";

import type { RunDetail, RunTotals, StreamRun } from "../api/types";
import { count, integer } from "../format/numbers";
import { Balance } from "./Balance";
import { Expected } from "./Expected";
import { Scroller } from "./Scroller";

type Figure = keyof RunTotals & keyof StreamRun & ("records" | "read" | "inserted" | "updated" | "unchanged" | "superseded" | "dead_lettered" | "deleted");

const FIGURES: readonly { field: Figure; label: string }[] = [
  { field: "records", label: "Landed" },
  { field: "read", label: "Read" },
  { field: "inserted", label: "Inserted" },
  { field: "updated", label: "Updated" },
  { field: "unchanged", label: "Unchanged" },
  { field: "superseded", label: "Superseded" },
  { field: "dead_lettered", label: "Dead-lettered" },
  { field: "deleted", label: "Deleted" },
];

/** The accounting stream by stream; those of which nothing came are folded away. Inserted and updated together are
 *  what was applied. */
export function AccountingTable({ run }: { run: RunDetail }) {
  const [all, setAll] = useState(false);
  const streams = run.streams.filter(({ state }) => state !== "skipped");
  const some = streams.filter((stream) => !isNothing(stream));
  const hidden = some.length > 0 ? streams.length - some.length : 0;
  return (
    <>
      <Scroller label="Accounting per stream">
        <table>
          <thead>
            <tr>
              <th>Stream</th><th className="num">Expected</th>
              {FIGURES.map(({ field, label }) => <th key={field} className="num">{label}</th>)}
              <th>Balance</th>
            </tr>
          </thead>
          <tbody>
            {(all || hidden === 0 ? streams : some).map((stream) => <Row key={stream.stream} run={run} stream={stream} />)}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th><td className="num" />
              {FIGURES.map(({ field }) => <td key={field} className="num">{integer(run.totals[field])}</td>)}
              <td><Balance holds={run.totals.balances} settled={run.settled} short /></td>
            </tr>
          </tfoot>
        </table>
      </Scroller>
      {hidden > 0 && (
        <p className="small">
          <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Leave out" : "Show"} {count(hidden, "stream")} of which nothing came
          </button>
        </p>
      )}
    </>
  );
}

const isNothing = (stream: StreamRun): boolean =>
  stream.balances && !stream.expected && stream.state === "ended" && FIGURES.every(({ field }) => stream[field] === 0);

function Row({ run, stream }: { run: RunDetail; stream: StreamRun }) {
  const letters = `/dead-letters?run=${encodeURIComponent(run.id)}&stream=${encodeURIComponent(stream.stream)}`;
  return (
    <tr>
      <th scope="row">{stream.stream}</th>
      <td className="num"><Expected run={stream} /></td>
      {FIGURES.map(({ field }) => (
        <td key={field} className={stream[field] === 0 ? "num zero" : "num"}>
          {field === "dead_lettered" && stream[field] > 0
            ? <Link href={letters}>{integer(stream[field])}</Link>
            : integer(stream[field])}
        </td>
      ))}
      <td><Balance holds={stream.balances} settled={run.settled} short /></td>
    </tr>
  );
}
