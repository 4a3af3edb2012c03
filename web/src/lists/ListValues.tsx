import { useState } from "react";

import { integer } from "../format/numbers";

/** More than a reader takes in; the search reaches them all. */
const SHOWN = 500;

/** A list's values, to look through. */
export function ListValues({ values }: { values: string[] }) {
  const [wanted, setWanted] = useState("");
  const found = values.filter((value) => value.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      {values.length > 20 && (
        <div className="toolbar">
          <span className="field">
            <label htmlFor="wanted-value">Find</label>
            <input id="wanted-value" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
          </span>
          <span className="quiet-text">{integer(found.length)} of {integer(values.length)}</span>
        </div>
      )}
      <ul className="chips" aria-label="Values">{found.slice(0, SHOWN).map((value) => <li key={value} className="mono">{value}</li>)}</ul>
      {found.length > SHOWN && <p className="quiet-text small">The first {integer(SHOWN)} are shown; find others by a part of them.</p>}
    </>
  );
}
