import { Link } from "wouter";

import { useReplay } from "../api/commands";
import { useDeadLetter } from "../api/queries";
import type { DeadLetter } from "../api/types";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";
import { StateBadge } from "../components/StateBadge";
import { moment } from "../format/time";

export function DeadLetterPage({ id }: { id: string }) {
  const letter = useDeadLetter(id);
  const replay = useReplay();
  const result = replay.data?.items[0];
  return (
    <>
      <PageHead
        title={letter.data?.code ?? "Dead letter"} crumbs={[{ to: "/dead-letters", label: "Dead letters" }]}
        beside={letter.data && <StateBadge state={letter.data.state} />}
        actions={letter.data?.state === "open" && (
          <button type="button" className="primary" disabled={replay.isPending} onClick={() => replay.mutate([id])}>
            {replay.isPending ? "Replaying…" : "Replay"}
          </button>
        )}
      />
      {result?.outcome === "rejected" && (
        <div className="notice bad" role="alert">
          <strong>Still not acceptable: {result.code}</strong><p>{result.reason}</p>
        </div>
      )}
      <Fetched query={letter} what="the dead letter">{(found) => <Facts letter={found} />}</Fetched>
    </>
  );
}

function Facts({ letter }: { letter: DeadLetter }) {
  const stream = `/sources/${encodeURIComponent(letter.source)}/streams/${encodeURIComponent(letter.stream)}`;
  return (
    <section className="card" aria-label="Facts">
      <p className="reason">{letter.reason}</p>
      <dl className="facts">
        <dt>Stream</dt><dd><Link href={stream}>{letter.source} / {letter.stream}</Link></dd>
        <dt>Run</dt><dd><Link className="mono" href={`/runs/${encodeURIComponent(letter.run)}`}>{letter.run}</Link></dd>
        <dt>Raw object</dt><dd className="mono">{letter.blob}</dd>
        <dt>Place in the page</dt><dd>record {letter.ordinal}, counted from 0</dd>
        <dt>Page</dt><dd className="mono">{letter.page}</dd>
        <dt>Dead letter</dt><dd className="mono">{letter.id}</dd>
        <dt>Since</dt><dd><time dateTime={letter.created}>{moment(letter.created)}</time></dd>
      </dl>
    </section>
  );
}
