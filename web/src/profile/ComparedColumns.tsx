import { useState } from "react";

import type { ColumnComparison } from "../api/types";
import { Scroller } from "../components/Scroller";
import { count, figure, percent } from "../format/numbers";

/** Means of times are in seconds, which nobody reads. */
const NUMBERS = ["integer", "decimal"];

type Side = NonNullable<ColumnComparison["before"]>;

/** What changed, column by column; those that are the same are folded away. */
export function ComparedColumns({ columns }: { columns: ColumnComparison[] }) {
  const [all, setAll] = useState(false);
  const changed = columns.filter(({ standing }) => standing !== "same");
  const shown = all ? columns : changed;
  const same = columns.length - changed.length;
  return (
    <section className="card" aria-labelledby="compared">
      <div className="card-head"><h2 id="compared">{changed.length === 0 ? "No column changed" : `${count(changed.length, "column")} changed`}</h2></div>
      {shown.length > 0 && (
        <Scroller label="Compared columns">
          <table>
            <thead>
              <tr>
                <th>Column</th><th>What changed</th><th className="num">Empty</th><th className="num">Different values</th>
                <th className="num">Mean</th><th className="num">Shift</th>
              </tr>
            </thead>
            <tbody>{shown.map((each) => <Row key={each.column} of={each} />)}</tbody>
          </table>
        </Scroller>
      )}
      {same > 0 && (
        <p className="small">
          <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Only what changed" : `${changed.length > 0 ? "Also the" : "The"} ${count(same, "column")} that did not change`}
          </button>
        </p>
      )}
    </section>
  );
}

function Row({ of: { column, standing, findings, before, after, shift } }: { of: ColumnComparison }) {
  const pair = (figureOf: (side: Side) => string) => <Pair before={before && figureOf(before)} after={after && figureOf(after)} />;
  return (
    <tr>
      <th scope="row" className="mono">{column}</th>
      <td className="wrap">
        {standing === "appeared" && <span className="badge warn">new column</span>}
        {standing === "vanished" && <span className="badge bad">gone</span>}
        {standing === "same" && <span className="quiet-text">nothing beyond chance</span>}
        {findings.map(({ aspect, what }) => <span key={aspect} className="change">{what}</span>)}
      </td>
      {pair(({ null_share: share }) => percent(share, 1))}
      {pair(({ distinct, distinct_exact: exact }) => (exact ? "" : "≈ ") + figure(Math.round(distinct)))}
      {pair(({ type, mean }) => (mean === null || !NUMBERS.includes(type) ? "–" : figure(mean)))}
      <td className="num">
        {shift === null ? "–" : percent(shift.distance, 1)}
        {shift !== null && shift.extent !== "none" && <span className="below">{shift.extent}, index {figure(shift.psi)}</span>}
      </td>
    </tr>
  );
}

/** The later figure, and under it the earlier one where it was another. */
function Pair({ before, after }: { before: string | null; after: string | null }) {
  return (
    <td className="num">
      {after ?? "–"}
      {before !== null && before !== "–" && before !== after && <span className="below">was {before}</span>}
    </td>
  );
}
