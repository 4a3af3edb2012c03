import { Link } from "wouter";

import type { StreamRun } from "../api/types";
import { bytes, count, integer } from "../format/numbers";
import { Balance } from "./Balance";
import { Progress } from "./Progress";
import { StateBadge } from "./StateBadge";
import { progress } from "./progress";

/** A run's streams with how far each is, what came of it and why it is known to have ended. Those that the
 *  source does not have are folded away. */
export function StreamProgressList({ source, streams }: { source: string; streams: StreamRun[] }) {
  const skipped = streams.filter(({ state }) => state === "skipped");
  return (
    <>
      <ul className="stream-list" aria-label="Streams">
        {streams.filter(({ state }) => state !== "skipped").map((run) => <Item key={run.stream} source={source} run={run} />)}
      </ul>
      {skipped.length > 0 && (
        <details className="skipped">
          <summary>{count(skipped.length, "optional stream")} skipped: not there, or not permitted</summary>
          <ul>
            {skipped.map(({ stream, evidence }) => (
              <li key={stream}><b>{stream}</b> <span className="quiet-text">{evidence}</span></li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Item({ source, run }: { source: string; run: StreamRun }) {
  const { landed, of, known } = progress(run);
  const total = known && of !== landed ? ` of ${integer(of)}` : "";
  return (
    <li>
      <Link className="name" href={`/sources/${encodeURIComponent(source)}/streams/${encodeURIComponent(run.stream)}`}>
        {run.stream}
      </Link>
      <StateBadge state={run.state} />
      <Progress run={run} />
      <span className="figure">{integer(landed)}{total} <span className="unit">{of === 1 ? "record" : "records"}</span></span>
      <span className="figure size">{bytes(run.bytes)}</span>
      <Balance holds={run.balances && run.state !== "pending"} settled={run.complete || run.state === "failed"} short />
      {run.evidence && <span className={run.state === "failed" ? "evidence bad-text" : "evidence"}>{run.evidence}</span>}
    </li>
  );
}
