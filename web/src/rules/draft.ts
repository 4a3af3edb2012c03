/** A rule as the form holds it, and the way between that and the API's shape. */
import type { Expectation, Rule, RuleRequest, Severity } from "../api/types";
import { fieldsOf, type Field, type Kind, type Values } from "./kinds";

export interface RuleDraft {
  id: string;
  description: string;
  severity: Severity;
  /** Percent of records that may break it. */
  tolerated: string;
  kind: Kind;
  values: Values;
}

export const NEW_RULE: RuleDraft = { id: "", description: "", severity: "warning", tolerated: "0", kind: "not_null", values: {} };

/** What a select shows first, so that what is seen is what is sent. */
const FIRST: Partial<Record<Field["input"], string>> = { operator: "equal", test: "present" };

export const valueOf = ({ name, input }: Field, values: Values): string => values[name] ?? FIRST[input] ?? "";

export function draftOf({ id, description, severity, tolerated_share, expectation }: Rule): RuleDraft {
  // Rounded, because a share such as 0.07 has no exact percentage in binary.
  const tolerated = String(Number((tolerated_share * 100).toPrecision(12)));
  return { id, description, severity, tolerated, kind: expectation.kind, values: flat(expectation) };
}

/** @param version The newest version that was read; 0 for a new rule. */
export function requestOf(draft: RuleDraft, version: number): RuleRequest {
  const { description, severity, tolerated, kind, values } = draft;
  return {
    version, description: description.trim(), severity, tolerated_share: Number((Number(tolerated) / 100).toPrecision(12)),
    expectation: expectationOf(kind, values),
  };
}

/** Only the kind's own fields are taken: others may be left from a kind that was chosen before. */
export function expectationOf(kind: Kind, values: Values): Expectation {
  const built: Record<string, unknown> = { kind };
  for (const field of fieldsOf(kind, values)) {
    const text = valueOf(field, values);
    if (field.optional && text.trim() === "") continue;
    const [outer = "", inner] = field.name.split(".");
    const value = field.input === "lines" || field.input === "columns" ? linesOf(text) : text;
    if (inner === undefined) built[outer] = value;
    else built[outer] = { ...(built[outer] as object | undefined), [inner]: value };
  }
  return built as Expectation;
}

export const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);

function flat(expectation: object, before = ""): Values {
  return Object.fromEntries(Object.entries(expectation).flatMap(([name, value]): [string, string][] => {
    if (name === "kind" || value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[before + name, value.join("\n")]];
    return typeof value === "object" ? Object.entries(flat(value, `${before}${name}.`)) : [[before + name, String(value)]];
  }));
}
