import Ajv2020 from "ajv/dist/2020";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { BEGUN } from "../fixtures/runs.mjs";
import { fixtureApi } from "../fixtures/api.mjs";

const openapi = JSON.parse(readFileSync("../shared/api/openapi.json", "utf8"));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...openapi, $id: "forebay" });

const RUN = "run-20260301T080000-91d4";
const ANOMALY = "a1".repeat(16);
const ALERT = "1a".repeat(16);
const demand = (expectation: object) => ({ version: 0, description: "", expectation });
const CUSTOMER = "/api/v1/sources/netsuite/streams/customer";

const ANSWERS: [method: string, address: string, schema: string, body?: unknown][] = [
  ["GET", "/api/v1/sources", "Listing_Source"],
  ["GET", "/api/v1/sources/netsuite", "Source"],
  ["POST", "/api/v1/sources/netsuite/runs", "Run"],
  ["POST", "/api/v1/sources/archive/runs", "Problem"],
  ["POST", "/api/v1/sources/netsuite/check", "Check"],
  ["POST", "/api/v1/sources/archive/check", "Check"],
  ["GET", "/api/v1/sources/netsuite/streams", "Listing_Stream"],
  ["GET", CUSTOMER, "Stream"],
  ["GET", `${CUSTOMER}/columns`, "Listing_Column"],
  ["GET", `${CUSTOMER}/profiles`, "ColumnProfiles"],
  ["GET", `${CUSTOMER}/profiles/creditlimit/history`, "ProfileHistory"],
  ["GET", `${CUSTOMER}/profiles/compare?from=${RUN}&to=run-20260301T100000-3f9a`, "ProfileComparison"],
  ["GET", `${CUSTOMER}/profiles/compare?from=${RUN}&to=none`, "Problem"],
  ["GET", `${CUSTOMER}/relations`, "Relations"],
  ["GET", `${CUSTOMER}/relations?run=${RUN}`, "Relations"],
  ["GET", `${CUSTOMER}/records?history=true`, "Listing_Record"],
  ["GET", `${CUSTOMER}/lineage`, "LineageGraph"],
  ["GET", "/api/v1/runs", "Listing_Run"],
  ["GET", `/api/v1/runs/${RUN}`, "RunDetail"],
  ["GET", `/api/v1/runs/${RUN}/pages`, "Listing_Page"],
  ["GET", "/api/v1/dead-letters", "Listing_DeadLetter"],
  ["GET", "/api/v1/dead-letters/customer-0000-5e1c", "DeadLetter"],
  ["POST", "/api/v1/dead-letters/replay", "ReplayResults", { ids: ["customer-0000-5e1c", "none"] }],
  ["GET", "/api/v1/summary", "Summary"],
  ["GET", "/api/v1/runs/none", "Problem"],
  ["GET", "/api/v1/rules?source=netsuite&stream=customer", "Listing_Rule"],
  ["GET", `${CUSTOMER}/rules/known-terms`, "Rule"],
  ["GET", `${CUSTOMER}/rules/credit-in-bounds/versions`, "Listing_Rule"],
  ["GET", `${CUSTOMER}/rules/credit-in-bounds/outcomes`, "Listing_RuleOutcome"],
  ["GET", `${CUSTOMER}/rules/terms-exist/outcomes`, "Listing_RuleOutcome"],
  ["PUT", `${CUSTOMER}/rules/new`, "Rule", demand({ kind: "not_null", column: "email" })],
  ["PUT", `${CUSTOMER}/rules/new`, "Problem", demand({ kind: "not_null", column: "mail" })],
  ["PUT", `${CUSTOMER}/rules/known-terms`, "Problem", demand({ kind: "not_null", column: "email" })],
  ["DELETE", `${CUSTOMER}/rules/known-terms?version=1`, "Rule"],
  ["DELETE", `${CUSTOMER}/rules/known-terms?version=9`, "Problem"],
  ["GET", "/api/v1/runs/run-20260301T100000-3f9a/outcomes", "Listing_RuleOutcome"],
  ["GET", "/api/v1/reference-lists", "Listing_ReferenceList"],
  ["GET", "/api/v1/reference-lists/segments", "ReferenceList"],
  ["GET", "/api/v1/reference-lists/segments?version=1", "ReferenceList"],
  ["GET", "/api/v1/reference-lists/none", "Problem"],
  ["PUT", "/api/v1/reference-lists/new", "ReferenceList", { version: 0, values: ["a"] }],
  ["PUT", "/api/v1/reference-lists/segments", "Problem", { version: 0, values: ["a"] }],
  ["DELETE", "/api/v1/reference-lists/segments?version=2", "ReferenceList"],
  ["GET", "/api/v1/whoami", "Caller"],
  ["GET", `${CUSTOMER}/series`, "Listing_Series"],
  ["GET", "/api/v1/anomalies", "Listing_Anomaly"],
  ["GET", `/api/v1/anomalies/${ANOMALY}`, "Anomaly"],
  ["PUT", `/api/v1/anomalies/${ANOMALY}/false-alarm`, "Anomaly"],
  ["DELETE", `/api/v1/anomalies/${ANOMALY}/false-alarm`, "Anomaly"],
  ["GET", "/api/v1/alerts?state=open", "Listing_Alert"],
  ["GET", `/api/v1/alerts/${ALERT}`, "Alert"],
  ["GET", `/api/v1/alerts/${ALERT}/deliveries`, "Listing_AlertDelivery"],
  ["POST", `/api/v1/alerts/${ALERT}/acknowledge`, "Alert"],
  ["POST", `/api/v1/alerts/${ALERT}/resolve`, "Alert"],
  ["GET", "/api/v1/alert-channels", "Listing_AlertChannel"],
  ["PUT", "/api/v1/alert-channels/hook", "AlertChannel", { kind: "webhook", secret: "alert-acme--hook" }],
  ["PUT", "/api/v1/alert-channels/hook", "Problem", { kind: "webhook", secret: "hook" }],
  ["POST", "/api/v1/alert-channels/data-team/test", "ChannelTest"],
  ["POST", "/api/v1/alert-channels/on-call/test", "Problem"],
  ["DELETE", "/api/v1/alert-channels/on-call", "AlertChannel"],
  ["GET", "/api/v1/silences", "Listing_Silence"],
  ["POST", "/api/v1/silences", "Silence", { until: "2026-03-02T00:00:00Z", reason: "migration" }],
  ["POST", "/api/v1/silences", "Problem", { until: "2026-03-02T00:00:00Z", reason: "" }],
  ["DELETE", "/api/v1/silences/0197-quiet", "Silence"],
  ["GET", "/api/v1/exclusions", "Listing_Exclusion"],
  ["POST", "/api/v1/exclusions", "Exclusion", { from: "2026-03-01T00:00:00Z", until: "2026-03-02T00:00:00Z", reason: "holiday" }],
  ["POST", "/api/v1/exclusions", "Problem", { from: "2026-03-01T00:00:00Z", until: "2026-03-01T00:00:00Z", reason: "holiday" }],
  ["DELETE", "/api/v1/exclusions/0198-holiday", "Exclusion"],
];

test.each(ANSWERS)("%s %s answers in the shape the API describes", (method, address, schema, body) => {
  const { handle } = fixtureApi({ now: () => BEGUN });
  const valid = ajv.getSchema(`forebay#/components/schemas/${schema}`);
  expect(valid, schema).toBeDefined();
  const answer = handle(method, address, body);
  expect(valid?.(answer.body), JSON.stringify(valid?.errors)).toBe(true);
});

test("every run's accounting balances once it has settled", () => {
  const { handle } = fixtureApi({ now: () => BEGUN });
  for (const { totals } of handle("GET", "/api/v1/runs").body.items) {
    expect(totals.read).toBe(totals.applied + totals.unchanged + totals.superseded + totals.dead_lettered);
  }
});

test("every figure that is unusual is a point of its series", () => {
  const { handle } = fixtureApi({ now: () => BEGUN });
  const series = handle("GET", `${CUSTOMER}/series`).body.items as { column: string | null; metric: string; points: { run: string; value: number }[] }[];
  for (const found of handle("GET", "/api/v1/anomalies").body.items.filter((each: { false_alarm: boolean }) => !each.false_alarm)) {
    const { points } = series.find(({ column, metric }) => column === found.column && metric === found.metric) ?? { points: [] };
    expect(points.find(({ run }) => run === found.run)?.value).toBe(found.observed);
  }
});
