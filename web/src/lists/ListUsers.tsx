import { Link } from "wouter";

import type { Rule } from "../api/types";
import { Inline } from "../docs/Prose";
import { sentence } from "../rules/describe";
import { rulePath } from "../rules/paths";

/** The rules that a change of the list changes. */
export function ListUsers({ rules }: { rules: Rule[] }) {
  return (
    <section className="card" aria-labelledby="users">
      <div className="card-head"><h2 id="users">Used by</h2></div>
      {rules.length === 0
        ? <p className="quiet-text">No rule refers to it yet. Under <Link href="/rules">Rules</Link>, add one that demands “is in a reference list”.</p>
        : (
          <ul className="lines">
            {rules.map((rule) => (
              <li key={`${rule.source} ${rule.stream} ${rule.id}`}>
                <Link href={rulePath(rule)}>{rule.id}</Link>{" "}
                <span className="quiet-text">{rule.source} / {rule.stream}: <Inline text={sentence(rule.expectation)} /></span>
              </li>
            ))}
          </ul>
        )}
    </section>
  );
}
