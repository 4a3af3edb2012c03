/** What a rule came to, in few words. */
import type { Rule, RuleOutcome } from "../api/types";
import { count, integer, percent } from "../format/numbers";

export interface Verdict {
  tone: "good" | "warn" | "bad" | "idle";
  text: string;
}

/** What is estimated counts only as far as it is certain, as it does for alerts. */
export function verdictOf({ severity, tolerated_share }: Pick<Rule, "severity" | "tolerated_share">, outcome: RuleOutcome | undefined): Verdict {
  if (!outcome) return { tone: "idle", text: "not checked yet" };
  const { failure, checked, violations, margin, deferred } = outcome;
  // What the run's records alone already break is broken, whatever the whole table would add.
  if (deferred && violations === 0) return { tone: "idle", text: "its turn is in the next run" };
  if (failure !== null && violations === 0) return { tone: "warn", text: "could not be checked" };
  if (checked === 0) return { tone: "idle", text: "applied to no record" };
  const certain = Math.max(0, violations - margin);
  if (violations === 0 || certain === 0) return { tone: "good", text: "holds" };
  const broken = `${margin ? "about " : ""}${integer(violations)} broke it, ${percent(violations, checked)}`;
  if (certain / checked <= tolerated_share) return { tone: "good", text: `${broken}: tolerated` };
  return { tone: severity === "critical" ? "bad" : severity === "warning" ? "warn" : "idle", text: broken };
}

/** `1,064 records checked, 23 broke it`; with its error where it was estimated. */
export function figuresOf({ checked, violations, margin, deferred }: RuleOutcome): string {
  const error = margin ? ` (± ${integer(margin)})` : "";
  const later = deferred ? ", among those of the run; the whole table is asked in the next one" : "";
  return `${count(checked, "record")} checked, ${integer(violations)}${error} broke it${later}`;
}
