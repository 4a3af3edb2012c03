import { Link } from "wouter";

import type { Stream } from "../api/types";
import { integer } from "../format/numbers";
import { Progress } from "./Progress";
import { Scroller } from "./Scroller";
import { StateBadge } from "./StateBadge";

export function StreamTable({ streams }: { streams: Stream[] }) {
  return (
    <Scroller label="Streams">
      <table>
        <thead>
          <tr>
            <th>Stream</th><th className="num">Rows</th><th className="num">Columns</th><th>Key</th><th>Changes by</th>
            <th>Table</th><th>Newest run</th>
          </tr>
        </thead>
        <tbody>{streams.map((stream) => <Row key={stream.name} stream={stream} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ stream }: { stream: Stream }) {
  const at = `/sources/${encodeURIComponent(stream.source)}/streams/${encodeURIComponent(stream.name)}`;
  return (
    <tr>
      <td><Link href={at}>{stream.name}</Link></td>
      <td className="num">{integer(stream.rows)}</td>
      <td className="num">{integer(stream.columns)}</td>
      <td className="mono">{stream.key.join(", ")}</td>
      <td className="mono">{stream.modified ?? "read in full"}</td>
      <td className="mono">{stream.table}</td>
      <td>
        {stream.last_run
          ? <span className="run-cell"><StateBadge state={stream.last_run.state} /><Progress run={stream.last_run} /></span>
          : "–"}
      </td>
    </tr>
  );
}
