import { Link } from "wouter";

import type { Alert } from "../api/types";
import { count } from "../format/numbers";
import { moment } from "../format/time";
import { KINDS, streamPath } from "./words";

export function AlertFacts({ alert }: { alert: Alert }) {
  const { source, stream, kind, run, opened, last_seen, occurrences, handled_by, resolved_at } = alert;
  return (
    <section className="card" aria-label="Facts">
      <dl className="facts">
        {stream && <><dt>Stream</dt><dd><Link href={streamPath(source, stream)}>{source} / {stream}</Link></dd></>}
        {!stream && <><dt>Source</dt><dd><Link href={`/sources/${encodeURIComponent(source)}`}>{source}</Link></dd></>}
        <dt>About</dt><dd>{KINDS[kind]}</dd>
        <dt>Since</dt><dd><time dateTime={opened}>{moment(opened)}</time>, in {count(occurrences, "run")}</dd>
        <dt>Seen last</dt>
        <dd><time dateTime={last_seen}>{moment(last_seen)}</time>, run <Link className="mono" href={`/runs/${encodeURIComponent(run)}`}>{run}</Link></dd>
        {resolved_at && <><dt>Resolved</dt><dd><time dateTime={resolved_at}>{moment(resolved_at)}</time></dd></>}
        {handled_by && <><dt>Handled by</dt><dd>{handled_by}</dd></>}
      </dl>
    </section>
  );
}
