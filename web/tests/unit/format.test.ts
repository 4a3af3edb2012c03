import { expect, test } from "vitest";

import { path, withQuery } from "../../src/api/client";
import { bytes, count, figure, percent } from "../../src/format/numbers";
import { ago, duration, epochDate } from "../../src/format/time";

test("a share is never shown as none or all where it is nearly so", () => {
  expect([percent(0, 10), percent(1, 100_000), percent(99_999, 100_000), percent(10, 10), percent(1, 0)])
    .toEqual(["0%", "<0.1%", ">99.9%", "100%", "–"]);
});

test("figures have the digits that tell them apart", () => {
  expect([0, 12, 77_004, 0.03125, 12.3456, 1234.56, 1e20, 0.00001].map(figure))
    .toEqual(["0", "12", "77,004", "0.0313", "12.35", "1,234.6", "1E20", "1E-5"]);
});

test("sizes, counts and durations are in the largest fitting unit", () => {
  expect([0, 1023, 1024, 5_400_000].map(bytes)).toEqual(["0 bytes", "1,023 bytes", "1.0 KiB", "5.1 MiB"]);
  expect([count(1, "row"), count(2, "row")]).toEqual(["1 row", "2 rows"]);
  expect([420, 8_400, 200_000, 7_500_000].map(duration)).toEqual(["420 ms", "8.4 s", "3 min 20 s", "2 h 5 min"]);
});

test("times are told relative to now, dates of data in UTC", () => {
  const now = Date.parse("2026-03-01T08:10:00Z");
  expect([ago("2026-03-01T08:09:52Z", now), ago("2026-03-01T08:07:00Z", now)]).toEqual(["8 s ago", "3 min ago"]);
  expect([epochDate(1_772_352_000), epochDate(Infinity)]).toEqual(["2026-03-01", "–"]);
});

test("what a caller puts into an address cannot leave its place", () => {
  expect(path`/api/v1/sources/${"a/../b?c"}/streams`).toBe("/api/v1/sources/a%2F..%2Fb%3Fc/streams");
  expect(withQuery("/x", { a: "1&b=2", b: undefined, c: "", d: false })).toBe("/x?a=1%26b%3D2&d=false");
});
