import { Link } from "wouter";

import type { Column, ColumnProfile } from "../api/types";
import { figure, integer, percent } from "../format/numbers";
import { extremeText, typeText } from "../format/values";
import { Distinct } from "./Distinct";

/** What is known of a column in figures.
 *  @param lineage The address of its way from the source. */
export function FactsOfColumn({ column, profile, lineage }: { column: Column; profile: ColumnProfile; lineage: string }) {
  const { rows, nulls, missing, empties, blanks, lengths, inferred_type } = profile;
  return (
    <section className="panel">
      <h2>{column.title ?? column.name}</h2>
      <dl className="facts">
        <dt>Source field</dt><dd className="mono"><Link href={lineage}>{column.source_field}</Link></dd>
        <dt>Type</dt><dd>{typeText(column)}{!column.nullable && ", required"}</dd>
        <dt>Values look like</dt><dd>{inferred_type.name} <span className="quiet-text">({percent(inferred_type.share, 1)})</span></dd>
        <dt>Rows</dt><dd>{integer(rows)}</dd>
        <dt>Nulls</dt><dd>{integer(nulls)} <span className="quiet-text">({percent(nulls, rows)})</span></dd>
        {missing > 0 && <><dt>Field missing</dt><dd>{integer(missing)} <span className="quiet-text">of the nulls</span></dd></>}
        {empties + blanks > 0 && <><dt>Empty, blank</dt><dd>{integer(empties)}, {integer(blanks)}</dd></>}
        <dt>Distinct</dt><dd><Distinct of={profile.distinct} />{profile.constant && ", one value in all"}</dd>
        <dt>Could be the key</dt><dd>{profile.key_candidate}</dd>
        <dt>Smallest</dt><dd className="break">{extremeText(column, profile.min)}</dd>
        <dt>Largest</dt><dd className="break">{extremeText(column, profile.max)}</dd>
        {lengths && <><dt>Length</dt><dd>{integer(lengths.min)} to {integer(lengths.max)}, mean {figure(lengths.mean)}</dd></>}
      </dl>
    </section>
  );
}
