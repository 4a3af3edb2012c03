import { expect, test } from "vitest";

import type { Relations } from "../../src/api/types";
import { basis, duplicates, strength } from "../../src/relations/words";

const counted = (value: number) => ({ value, low: value, high: value, exact: true });
const relations = (change: Partial<Relations>): Relations => ({
  run: null, rows: 5000, sample: { kind: "all", size: null, of: null, column: null }, columns: ["a", "b"],
  correlations: [], associations: [], dependencies: [], duplicate_rows: counted(0), repeated_rows: counted(0), ...change,
});

test("what was compared is said with the sample's nature", () => {
  expect(basis(relations({}))).toBe("2 columns compared with each other over all 5,000 records");
  const sample = { kind: "lowest_hashes", size: 2048, of: 5000, column: null };
  expect(basis(relations({ sample }))).toBe("2 columns compared with each other over a random sample of 2,048 of 5,000 records");
  expect(basis(relations({ rows: 1000, sample }))).toContain("all 1,000 records");
});

test("repeated records are counted, or estimated with the interval", () => {
  expect(duplicates(relations({}))).toBe("No record repeats another one.");
  expect(duplicates(relations({ duplicate_rows: counted(1) }))).toMatch(/^1 record repeats/);
  const about = { value: 120.4, low: 80, high: 161, exact: false };
  expect(duplicates(relations({ duplicate_rows: about }))).toBe("About 120 records (80 to 161) repeat an earlier one in every column.");
});

test("a strength has two digits and a real minus", () => {
  expect([0.834, -0.4, -0.001].map(strength)).toEqual(["0.83", "−0.40", "0.00"]);
});
