import Ajv2020 from "ajv/dist/2020";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { ApiProblem } from "../../src/api/client";
import { faultsOf } from "../../src/api/faults";
import type { Rule, RuleOutcome } from "../../src/api/types";
import { sentence } from "../../src/rules/describe";
import { draftOf, expectationOf, NEW_RULE, requestOf } from "../../src/rules/draft";
import { fieldsOf, KINDS, type Kind, type Values } from "../../src/rules/kinds";
import { verdictOf } from "../../src/rules/verdict";
import { fixtureApi } from "../fixtures/api.mjs";

const openapi = JSON.parse(readFileSync("../shared/api/openapi.json", "utf8"));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...openapi, $id: "forebay" });
const request = ajv.getSchema("forebay#/components/schemas/RuleRequest");

const rules: Rule[] = fixtureApi().handle("GET", "/api/v1/rules").body.items;

/** Something in every field that the form shows. */
function filled(kind: Kind, values: Values = {}): Values {
  const all = { ...values };
  for (const { name, input } of fieldsOf(kind, values)) all[name] ??= input === "operator" ? "less" : input === "test" ? "present" : "x";
  return all;
}

test.each(Object.keys(KINDS) as Kind[])("the form for `%s` gives a rule that the API takes, said in a sentence", (kind) => {
  const written = requestOf({ ...NEW_RULE, kind, values: filled(kind) }, 0);
  expect(request?.(written), JSON.stringify(request?.errors)).toBe(true);
  expect(sentence(written.expectation)).toContain("`x`");
});

test.each(["null", "present", "one_of", "matches", "compared"])("a condition that tests `%s` is one that the API takes", (is) => {
  const written = requestOf({ ...NEW_RULE, kind: "if_then", values: filled("if_then", { "when.is": is, "then.is": is }) }, 0);
  expect(request?.(written), JSON.stringify(request?.errors)).toBe(true);
  expect(sentence(written.expectation)).toMatch(/^if `x` .*, then `x` /);
});

test("a rule that is edited and left as it is stays the same", () => {
  for (const rule of rules) {
    const { expectation, tolerated_share, version } = requestOf(draftOf(rule), rule.version);
    expect({ expectation, tolerated_share, version }).toEqual({ expectation: rule.expectation, tolerated_share: rule.tolerated_share, version: rule.version });
  }
});

test("a field that was left from another kind, and an optional one that is empty, are not sent", () => {
  expect(expectationOf("range", { column: "a", regex: "[", min: " ", max: "2" })).toEqual({ kind: "range", column: "a", max: "2" });
});

test("a percentage keeps its decimals and gains none", () => {
  expect(requestOf({ ...NEW_RULE, tolerated: "7" }, 0).tolerated_share).toBe(0.07);
  const rule = { ...rules[0], tolerated_share: 0.07 } as Rule;
  expect(draftOf(rule).tolerated).toBe("7");
});

test("each fault of a refused rule belongs to its field", () => {
  const detail = "expectation.min: found neither min nor max, expected at least one of them; give min, max or both. "
    + "expectation.values[2]: found text of 3 characters, expected true or false; correct it. "
    + "tolerated_share: found a number outside 0 to 1, expected a share of records, 0 to 1; write one percent as 0.01";
  const { fields, rest } = faultsOf(new ApiProblem(400, "The body is not as expected", detail), "expectation.");
  expect(rest).toBeNull();
  expect([...fields.keys()]).toEqual(["min", "values", "tolerated_share"]);
  expect(fields.get("min")).toBe("Found neither min nor max, expected at least one of them; give min, max or both.");
  expect(fields.get("values")).toContain("expected true or false; correct it.");
});

test("a field that is named in a sentence is found too, and what names none is told as a whole", () => {
  const secret = faultsOf(new ApiProblem(400, "", "field `secret` is text of 4 characters; expected the name of a secret"));
  expect(secret.fields.get("secret")).toBe("Is text of 4 characters; expected the name of a secret.");
  expect(faultsOf(new ApiProblem(400, "", "field `recipients[1]` is no e-mail address")).fields.has("recipients")).toBe(true);
  expect(faultsOf(new ApiProblem(400, "", "the body: not JSON"))).toEqual({ fields: new Map(), rest: "the body: not JSON" });
  expect(faultsOf(new ApiProblem(409, "", "expectation.min: found nothing")).rest).toBe("expectation.min: found nothing");
});

const outcome = (change: Partial<RuleOutcome>): RuleOutcome => ({
  source: "s", stream: "t", rule: "r", version: 1, run: "x", at: "2026-03-01T00:00:00Z", checked: 1000, violations: 0, margin: 0, examples: [], failure: null, deferred: false, ...change,
});
const demand = (change: Partial<Rule>): Rule => ({ ...(rules[0] as Rule), severity: "critical", tolerated_share: 0.01, ...change });

test.each([
  [undefined, "idle", "not checked yet"],
  [outcome({ failure: "no table", checked: 0 }), "warn", "could not be checked"],
  [outcome({ checked: 0 }), "idle", "applied to no record"],
  [outcome({ checked: 0, deferred: true }), "idle", "its turn is in the next run"],
  [outcome({ failure: "not checked in time", violations: 0, deferred: true }), "idle", "its turn is in the next run"],
  [outcome({ failure: "not checked in time", violations: 900, deferred: true }), "bad", "900 broke it, 90%"],
  [outcome({ violations: 11, deferred: true }), "bad", "11 broke it, 1.1%"],
  [outcome({}), "good", "holds"],
  [outcome({ violations: 10 }), "good", "10 broke it, 1%: tolerated"],
  [outcome({ violations: 11 }), "bad", "11 broke it, 1.1%"],
  [outcome({ violations: 11, margin: 11 }), "good", "holds"],
  [outcome({ violations: 40, margin: 5 }), "bad", "about 40 broke it, 4%"],
])("an outcome is judged as it is for alerts: %#", (of, tone, text) => {
  expect(verdictOf(demand({}), of)).toEqual({ tone, text });
});

test("how bad a broken rule is, its author says", () => {
  expect(verdictOf(demand({ severity: "info" }), outcome({ violations: 500 })).tone).toBe("idle");
  expect(verdictOf(demand({ severity: "warning" }), outcome({ violations: 500 })).tone).toBe("warn");
});
