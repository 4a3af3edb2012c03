import { useState } from "react";
import { Link } from "wouter";

import { useOutcomesOfRun, useRules } from "../api/quality";
import type { Rule, RuleOutcome, RunDetail } from "../api/types";
import { Fetched } from "../components/Fetched";
import { Scroller } from "../components/Scroller";
import { count, integer, percent } from "../format/numbers";
import { paired, type Checked } from "./checked";
import { rulePath } from "./paths";
import { ViolationTable } from "./ViolationTable";

/** What the rules came to in a run, the broken ones first. */
export function OutcomesOfRun({ run }: { run: RunDetail }) {
  const outcomes = useOutcomesOfRun(run.id);
  const rules = useRules(run.source).data?.items;
  return (
    <section className="card" aria-labelledby="rules-of-run">
      <div className="card-head"><h2 id="rules-of-run">Rules</h2></div>
      <Fetched query={outcomes} what="what the rules came to">
        {({ items }) => items.length === 0
          ? <p className="quiet-text">{why(run, rules)} <Link href="/rules">All rules</Link></p>
          : <OutcomeTable checked={paired(items, rules ?? [])} />}
      </Fetched>
    </section>
  );
}

function why(run: RunDetail, rules: Rule[] | undefined): string {
  if (!run.settled) return "Rules are checked while records are loaded; what came of them is told when a stream is through.";
  return rules?.some(({ retired }) => !retired)
    ? "The run read none of the streams that rules hold for."
    : `No rule holds for a stream of ${run.source} yet.`;
}

function OutcomeTable({ checked }: { checked: Checked[] }) {
  return (
    <Scroller label="Rules">
      <table>
        <thead>
          <tr><th>Rule</th><th>Stream</th><th>Outcome</th><th className="num">Checked</th><th className="num">Broke it</th><th className="num">Tolerated</th></tr>
        </thead>
        <tbody>{checked.map((each) => <Row key={`${each.outcome.stream} ${each.outcome.rule}`} of={each} />)}</tbody>
      </table>
    </Scroller>
  );
}

function Row({ of: { outcome, rule, verdict } }: { of: Checked }) {
  const { stream, rule: id, failure, checked, violations, margin, examples } = outcome;
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        <th scope="row">
          <Link href={rulePath({ source: outcome.source, stream, id })}>{id}</Link>
          {failure !== null && <span className="below">{failure}</span>}
        </th>
        <td>{stream}</td>
        <td>
          <span className={`badge ${verdict.tone}`}>{verdict.text}</span>{" "}
          {examples.length > 0 && (
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {count(examples.length, "example")}<span className="visually-hidden"> of {id}</span>
            </button>
          )}
        </td>
        <td className="num">{integer(checked)}</td>
        <td className={violations === 0 ? "num zero" : "num"}>{integer(violations)}{margin > 0 && ` ± ${integer(margin)}`}</td>
        <td className="num">{rule ? toleratedOf(rule, outcome) : "–"}</td>
      </tr>
      {open && <tr className="within"><td colSpan={6}><ViolationTable examples={examples} label={`Examples that broke ${id}`} /></td></tr>}
    </>
  );
}

/** What the rule tolerates now; an earlier version may have tolerated something else. */
const toleratedOf = ({ tolerated_share: share, version }: Rule, outcome: RuleOutcome): string =>
  `${percent(share, 1)}${version === outcome.version ? "" : " now"}`;
