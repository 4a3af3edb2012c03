import { useState } from "react";

import { useReferenceList } from "../api/quality";
import type { ReferenceList } from "../api/types";
import { Fetched } from "../components/Fetched";
import { integer } from "../format/numbers";
import { moment } from "../format/time";
import { changesOf, type Changes } from "./values";

/** How many are read at a time: each is a request. */
const STEP = 5;
const NAMED = 12;

/** Who changed what, newest first. */
export function ListVersions({ list }: { list: ReferenceList }) {
  const [shown, setShown] = useState(STEP);
  const versions = Array.from({ length: Math.min(shown, list.version) }, (_, i) => list.version - i);
  return (
    <section className="card" aria-labelledby="versions">
      <div className="card-head"><h2 id="versions">Versions</h2></div>
      <ol className="versions">{versions.map((version) => <Version key={version} name={list.name} version={version} />)}</ol>
      {shown < list.version && <p className="more"><button type="button" onClick={() => setShown(shown + STEP)}>Show earlier ones</button></p>}
    </section>
  );
}

function Version({ name, version }: { name: string; version: number }) {
  const query = useReferenceList(name, version);
  const before = useReferenceList(name, version - 1);
  const earlier = version === 1 ? [] : before.data?.values;
  return (
    <li>
      <Fetched query={query} what={`version ${version}`}>
        {({ since, author, retired, values = [] }) => (
          <>
            <b>Version {version}</b>{" "}
            <span className="quiet-text"><time dateTime={since}>{moment(since)}</time>, {author}</span>
            <span className="below">
              {retired ? "Deleted" : version === 1 ? `${integer(values?.length ?? 0)} values` : earlier && <Change of={changesOf(earlier ?? [], values ?? [])} />}
            </span>
          </>
        )}
      </Fetched>
    </li>
  );
}

function Change({ of: { added, removed } }: { of: Changes }) {
  if (added.length + removed.length === 0) return <>The same values</>;
  return (
    <>
      {added.length > 0 && <span>added {some(added)}</span>}
      {added.length > 0 && removed.length > 0 && "; "}
      {removed.length > 0 && <span>removed {some(removed)}</span>}
    </>
  );
}

function some(values: string[]) {
  return (
    <>
      {values.slice(0, NAMED).map((value, i) => <span key={value}>{i > 0 && ", "}<code>{value}</code></span>)}
      {values.length > NAMED && ` and ${integer(values.length - NAMED)} more`}
    </>
  );
}
