import { useState } from "react";
import { Link } from "wouter";

import { useOutcomes } from "../api/quality";
import type { Rule } from "../api/types";
import { streamPath } from "../alerts/words";
import { Scroller } from "../components/Scroller";
import { Inline } from "../docs/Prose";
import { count } from "../format/numbers";
import { brief } from "../format/time";
import { sentence } from "./describe";
import { rulePath } from "./paths";
import { verdictOf } from "./verdict";

/** Each row asks for its newest outcome, so there are not too many at once. */
const STEP = 50;

export function RuleTable({ rules }: { rules: Rule[] }) {
  const [shown, setShown] = useState(STEP);
  return (
    <>
      <Scroller label="Rules">
        <table>
          <thead><tr><th>Rule</th><th>Stream</th><th>Severity</th><th>Newest outcome</th><th>Checked last</th></tr></thead>
          <tbody>{rules.slice(0, shown).map((rule) => <Row key={`${rule.source} ${rule.stream} ${rule.id}`} rule={rule} />)}</tbody>
        </table>
      </Scroller>
      {shown < rules.length && (
        <p className="more"><button type="button" onClick={() => setShown(shown + STEP)}>Show more of {count(rules.length, "rule")}</button></p>
      )}
    </>
  );
}

function Row({ rule }: { rule: Rule }) {
  const outcomes = useOutcomes(rule, 1).data?.items;
  const newest = outcomes?.[0];
  const verdict = outcomes && verdictOf(rule, newest);
  return (
    <tr>
      <td className="wrap">
        <Link href={rulePath(rule)}>{rule.id}</Link>
        <span className="below"><Inline text={sentence(rule.expectation)} /></span>
      </td>
      <td><Link href={streamPath(rule.source, rule.stream)}>{rule.source} / {rule.stream}</Link></td>
      <td>{rule.severity}</td>
      <td>{verdict && <span className={`badge ${verdict.tone}`}>{verdict.text}</span>}</td>
      <td>{newest ? <time dateTime={newest.at}>{brief(newest.at)}</time> : "–"}</td>
    </tr>
  );
}
