/** What a rule demands, in a sentence. Names of columns stand between backticks. */
import type { Condition, Expectation } from "../api/types";
import { OPERATORS } from "./kinds";

const SHOWN = 6;

export function sentence(e: Expectation): string {
  switch (e.kind) {
    case "not_null": return `\`${e.column}\` has a value`;
    case "pattern": return `\`${e.column}\` matches \`${e.regex}\``;
    case "range": return `\`${e.column}\` is ${range(e.min ?? null, e.max ?? null)}`;
    case "one_of": return `\`${e.column}\` is one of ${some(e.values)}`;
    case "reference": return `\`${e.column}\` is in the reference list \`${e.list}\``;
    case "unique": return `no two records share ${names(e.columns, "and")}`;
    case "compare": return `\`${e.left}\` ${OPERATORS[e.operator]} \`${e.right}\``;
    case "exactly_one": return `exactly one of ${names(e.columns, "and")} has a value`;
    case "if_then": return `if ${condition(e.when)}, then ${condition(e.then)}`;
    case "sum_of_lines": return `\`${e.amount}\` of \`${e.lines}\` adds up to \`${e.total}\`${e.tolerance ? ` within ${e.tolerance}` : ""}`;
    case "foreign_key": return `\`${e.column}\` is found in \`${e.references}.${e.key}\``;
  }
}

function condition(c: Condition): string {
  switch (c.is) {
    case "null": return `\`${c.column}\` has no value`;
    case "present": return `\`${c.column}\` has a value`;
    case "one_of": return `\`${c.column}\` is one of ${some(c.values)}`;
    case "matches": return `\`${c.column}\` matches \`${c.regex}\``;
    case "compared": return `\`${c.column}\` ${OPERATORS[c.operator]} ${c.value}`;
  }
}

function range(min: string | null, max: string | null): string {
  if (min !== null && max !== null) return `from ${min} to ${max}`;
  return min === null ? `at most ${max}` : `at least ${min}`;
}

function some(values: string[]): string {
  const shown = values.slice(0, SHOWN).join(", ");
  return values.length > SHOWN ? `${shown} and ${values.length - SHOWN} more` : shown;
}

function names(columns: string[], word: string): string {
  const quoted = columns.map((name) => `\`${name}\``);
  const last = quoted.pop();
  return quoted.length ? `${quoted.join(", ")} ${word} ${last}` : last ?? "";
}
