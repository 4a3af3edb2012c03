import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { groups, type OpenApi } from "../../src/docs/openapi";
import { sample } from "../../src/docs/sample";
import { address } from "../../src/docs/TryIt";

const api = JSON.parse(readFileSync("../shared/api/openapi.json", "utf8")) as OpenApi;

test("every operation of the description is listed", () => {
  const listed = groups(api).flatMap(({ operations }) => operations.map(({ method, path }) => `${method} ${path}`));
  const described = Object.entries(api.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`));
  expect(listed.sort()).toEqual(described.sort());
});

test("an example has every field of its schema, those of its parts too", () => {
  const run = sample(api, { $ref: "#/components/schemas/RunDetail" }) as { id: string; streams: { read: number }[] };
  expect(run).toHaveProperty("totals.balances");
  expect(run.streams[0]).toHaveProperty("read");
});

test("a value goes into its place of the address, encoded", () => {
  const parameters = [{ name: "run", in: "path" as const }, { name: "limit", in: "query" as const }, { name: "after", in: "query" as const }];
  expect(address("/runs/{run}/pages", parameters, { run: "a/b", limit: "5" })).toBe("/runs/a%2Fb/pages?limit=5");
});
