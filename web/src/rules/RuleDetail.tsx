import { useState } from "react";
import { Link } from "wouter";

import type { Rule, RuleOutcome } from "../api/types";
import { percent } from "../format/numbers";
import { moment } from "../format/time";
import { Sparkline } from "../profile/Sparkline";
import { figuresOf } from "./verdict";
import { VersionList } from "./VersionList";
import { ViolationTable } from "./ViolationTable";

/** What a rule came to in its newest run with examples, over its runs, and its versions.
 *  @param outcomes Newest first. */
export function RuleDetail({ rule, outcomes }: { rule: Rule; outcomes: RuleOutcome[] }) {
  const newest = outcomes[0];
  return (
    <div className="rule-detail">
      {newest ? <Newest rule={rule} outcome={newest} /> : <p className="quiet-text">The next run that reads the stream checks it.</p>}
      {outcomes.length > 1 && (
        <Sparkline label="Share that broke it" points={outcomes.map(shareOf).reverse()} text={(share) => percent(share, 1)} />
      )}
      <Versions rule={rule} />
    </div>
  );
}

const shareOf = ({ failure, checked, violations }: RuleOutcome): number | null => (failure !== null || checked === 0 ? null : violations / checked);

function Newest({ rule, outcome }: { rule: Rule; outcome: RuleOutcome }) {
  const { failure, examples, run, at, version } = outcome;
  return (
    <>
      <p>
        {failure ?? figuresOf(outcome)}{" "}
        <span className="quiet-text">
          in <Link href={`/runs/${encodeURIComponent(run)}`}>the run of {moment(at)}</Link>{version !== rule.version && `, by version ${version}`}
        </span>
      </p>
      {examples.length > 0 && <ViolationTable examples={examples} label={`Examples that broke ${rule.id}`} />}
    </>
  );
}

function Versions({ rule }: { rule: Rule }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{rule.version === 1 ? "One version" : `${rule.version} versions`}</summary>
      {open && <VersionList rule={rule} />}
    </details>
  );
}
