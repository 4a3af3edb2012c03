import { Link } from "wouter";

import type { StreamRun } from "../api/types";
import { bytes, count, integer } from "../format/numbers";
import { Balance } from "./Balance";
import { Progress } from "./Progress";
import { StateBadge } from "./StateBadge";
import { progress } from "./progress";

/** A run's streams with how far each is, what came of it and why it is known to have ended. Folded away are
 *  those that have nothing new, and those that the source does not have. */
export function StreamProgressList({ source, streams }: { source: string; streams: StreamRun[] }) {
  const [quiet, skipped] = [streams.filter(isQuiet), streams.filter(({ state }) => state === "skipped")];
  const shown = streams.filter((run) => !isQuiet(run) && run.state !== "skipped");
  return (
    <>
      {shown.length > 0 && (
        <ul className="stream-list" aria-label="Streams">
          {shown.map((run) => <Item key={run.stream} source={source} run={run} />)}
        </ul>
      )}
      <Fold summary={`${count(quiet.length, "stream")} with nothing new`} source={source} streams={quiet} />
      <Fold summary={`${count(skipped.length, "optional stream")} skipped: not there, or not permitted`} source={source} streams={skipped} />
    </>
  );
}

const isQuiet = ({ state, records, complete, balances }: StreamRun): boolean => state === "ended" && records === 0 && complete && balances;

const streamHref = (source: string, stream: string): string => `/sources/${encodeURIComponent(source)}/streams/${encodeURIComponent(stream)}`;

function Fold({ summary, source, streams }: { summary: string; source: string; streams: StreamRun[] }) {
  if (streams.length === 0) return null;
  return (
    <details className="fold">
      <summary>{summary}</summary>
      <ul>
        {streams.map(({ stream, state, evidence }) => (
          <li key={stream}>
            {state === "skipped" ? <b>{stream}</b> : <Link href={streamHref(source, stream)}>{stream}</Link>}{" "}
            <span className="quiet-text">{evidence}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Item({ source, run }: { source: string; run: StreamRun }) {
  const { landed, of, known } = progress(run);
  const total = known && of !== landed ? ` of ${integer(of)}` : "";
  return (
    <li>
      <Link className="name" href={streamHref(source, run.stream)}>{run.stream}</Link>
      <StateBadge state={run.state} />
      <Progress run={run} />
      <span className="figure">{integer(landed)}{total} <span className="unit">{of === 1 ? "record" : "records"}</span></span>
      <span className="figure size">{bytes(run.bytes)}</span>
      <Balance holds={run.balances && run.state !== "pending"} settled={run.complete || run.state === "failed"} short />
      {run.pages_unprofilable > 0 && (
        <span className="evidence warn-text">{count(run.pages_unprofilable, "page")} could not be profiled</span>
      )}
      {run.evidence && <span className={run.state === "failed" ? "evidence bad-text" : "evidence"}>{run.evidence}</span>}
    </li>
  );
}
