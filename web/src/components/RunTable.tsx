import { Link } from "wouter";

import type { Run } from "../api/types";
import { bytes, integer } from "../format/numbers";
import { duration, moment } from "../format/time";
import { Balance } from "./Balance";
import { RunBadge } from "./StateBadge";
import { Scroller } from "./Scroller";

const TRIGGERS: Record<Run["trigger"], string> = { schedule: "schedule", on_demand: "on demand" };

export function RunTable({ runs }: { runs: Run[] }) {
  return (
    <Scroller label="Runs">
      <table>
        <thead>
          <tr>
            <th>Run</th><th>Source</th><th>State</th><th>Started</th><th>Trigger</th><th className="num">Took</th>
            <th className="num">Read</th><th className="num">Applied</th><th className="num">Dead-lettered</th>
            <th className="num">Raw</th><th>Balance</th>
          </tr>
        </thead>
        <tbody>{runs.map((run) => <Row key={run.id} run={run} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ run }: { run: Run }) {
  const { totals } = run;
  return (
    <tr>
      <td><Link className="mono" href={`/runs/${encodeURIComponent(run.id)}`}>{run.id}</Link></td>
      <td><Link href={`/sources/${encodeURIComponent(run.source)}`}>{run.source}</Link></td>
      <td><RunBadge run={run} /></td>
      <td><time dateTime={run.started}>{moment(run.started)}</time></td>
      <td>{TRIGGERS[run.trigger]}</td>
      <td className="num">{run.ended ? duration(Date.parse(run.ended) - Date.parse(run.started)) : "…"}</td>
      <td className="num">{integer(totals.read)}</td>
      <td className="num">{integer(totals.applied)}</td>
      <td className="num">{integer(totals.dead_lettered)}</td>
      <td className="num">{bytes(totals.bytes)}</td>
      <td><Balance holds={totals.balances} settled={run.settled} short /></td>
    </tr>
  );
}
