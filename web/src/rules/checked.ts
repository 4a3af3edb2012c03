/** Outcomes of a run beside the rules that they are of. */
import type { Rule, RuleOutcome } from "../api/types";
import { verdictOf, type Verdict } from "./verdict";

export interface Checked {
  outcome: RuleOutcome;
  /** Its newest version, as far as rules are read. */
  rule: Rule | undefined;
  verdict: Verdict;
}

const WEIGHT: Record<Verdict["tone"], number> = { bad: 0, warn: 1, idle: 2, good: 3 };
/** While a rule is not read yet, as rules are by default. */
const USUAL = { severity: "warning", tolerated_share: 0 } as const;

/** What somebody should look at comes first. */
export function paired(outcomes: RuleOutcome[], rules: Rule[]): Checked[] {
  const all = outcomes.map((outcome): Checked => {
    const rule = rules.find(({ source, stream, id }) => source === outcome.source && stream === outcome.stream && id === outcome.rule);
    return { outcome, rule, verdict: verdictOf(rule ?? USUAL, outcome) };
  });
  return all.sort((a, b) => WEIGHT[a.verdict.tone] - WEIGHT[b.verdict.tone]
    || a.outcome.stream.localeCompare(b.outcome.stream) || a.outcome.rule.localeCompare(b.outcome.rule));
}
