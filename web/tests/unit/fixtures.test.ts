import Ajv2020 from "ajv/dist/2020";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { BEGUN } from "../fixtures/runs.mjs";
import { fixtureApi } from "../fixtures/api.mjs";

const openapi = JSON.parse(readFileSync("../shared/api/openapi.json", "utf8"));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...openapi, $id: "forebay" });

const RUN = "run-20260301T080000-91d4";
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
