import { expect, test } from "vitest";

import type { Column, ColumnProfile } from "../../src/api/types";
import { chartOf } from "../../src/profile/chart";
import { barsOf, boxOf, place } from "../../src/profile/scale";
import { COLUMNS, customers } from "../fixtures/customers.mjs";
import { profileOf } from "../fixtures/profile.mjs";

const people = customers(400) as Record<string, unknown>[];

function chartFor(name: string): string {
  const column = (COLUMNS as Column[]).find((each) => each.name === name) as Column;
  return chartOf(column, profileOf(column, people.map((each) => each[name])) as ColumnProfile);
}

test("each kind of column gets the picture that tells most about it", () => {
  expect(["id", "entityid", "creditlimit", "category", "isperson", "datecreated"].map(chartFor))
    .toEqual(["unique", "unique", "histogram", "shares", "shares", "histogram"]);
});

test("a column of nulls has no picture", () => {
  const column = COLUMNS[0] as Column;
  expect(chartOf(column, profileOf(column, [null, null]) as ColumnProfile)).toBe("none");
});

test("bars fill the width and the highest is full", () => {
  const bars = barsOf([{ low: 0, high: 1, count: 5 }, { low: 1, high: 2, count: 10 }]);
  expect(bars.map(({ share }) => share)).toEqual([0.5, 1]);
  expect(bars[1]!.x + bars[1]!.width).toBeLessThanOrEqual(100);
  expect(barsOf([{ low: 3, high: 3, count: 0 }])[0]!.share).toBe(0);
});

test("a place is within the picture, even for the largest numbers", () => {
  expect([place(5, 0, 10), place(99, 0, 10), place(5, 5, 5), place(0, -Number.MAX_VALUE, Number.MAX_VALUE)])
    .toEqual([50, 100, 50, 50]);
});

test("a box needs its quartiles", () => {
  expect(boxOf([{ rank: 0.5, value: 1 }])).toBeNull();
  const box = boxOf([0.25, 0.5, 0.75].map((rank) => ({ rank, value: rank * 100 })));
  expect(box).toMatchObject({ min: 25, q1: 25, median: 50, q3: 75, max: 75 });
});
