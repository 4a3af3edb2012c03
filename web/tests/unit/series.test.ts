import { expect, test } from "vitest";

import type { Anomaly, Series } from "../../src/api/types";
import { byInterest, metricsOf, ofColumns, unusualOf } from "../../src/quality/groups";
import { textOf } from "../../src/quality/metrics";
import { HEIGHT, isOf, plotOf, WIDTH } from "../../src/quality/plot";
import { fixtureApi } from "../fixtures/api.mjs";

const { handle } = fixtureApi();
const series: Series[] = handle("GET", "/api/v1/sources/netsuite/streams/customer/series").body.items;
const anomalies: Anomaly[] = handle("GET", "/api/v1/anomalies").body.items;
const volume = series.find(({ metric }) => metric === "volume") as Series;

test("points, marks and bands all lie within the picture", () => {
  for (const each of series) {
    const plot = plotOf(each.points, anomalies.filter(isOf(each)));
    for (const [x, y] of plot?.line.split(" ").map((pair) => pair.split(",").map(Number)) ?? []) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(WIDTH);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(HEIGHT);
    }
    for (const { x, band } of plot?.marks ?? []) {
      expect(band.x).toBeGreaterThanOrEqual(0);
      expect(band.x + band.width).toBeLessThanOrEqual(WIDTH);
      expect(band.y + band.height).toBeLessThanOrEqual(HEIGHT);
      expect(x).toBeGreaterThanOrEqual(band.x);
    }
  }
});

test("what came is drawn outside of what was expected, and higher where it was more", () => {
  const plot = plotOf(volume.points, anomalies.filter(isOf(volume)));
  const low = plot?.marks.find(({ anomaly }) => anomaly.observed === 12);
  expect(low && low.y > low.band.y + low.band.height).toBe(true);
  expect(plot?.low).toBe(12);
});

test("an expectation below zero is drawn from zero where nothing can be below it", () => {
  const anomaly = { ...anomalies[0], expected: { value: 3, low: -400, high: 10 } } as Anomaly;
  const plot = plotOf(volume.points, [anomaly]);
  expect(Math.max(...plot?.line.split(" ").map((pair) => Number(pair.split(",")[1])) ?? [])).toBeGreaterThan(HEIGHT * 0.9);
});

test("one point, equal points and no point are drawn too", () => {
  const [point] = volume.points;
  if (!point) throw new Error("the fixture has no point");
  expect(plotOf([], [])).toBeNull();
  expect(plotOf([point], [])?.line).toBe(`${WIDTH / 2},${HEIGHT / 2}`);
  expect(plotOf([point, { ...point, run: "other" }], [])?.last.y).toBe(HEIGHT / 2);
});

test("of many columns, the unusual come first and the flat ones last", () => {
  const shares = ofColumns(series, "null_share");
  const flat = { ...shares[0], column: "flat", points: volume.points.map((point) => ({ ...point, value: 0 })) } as Series;
  const order = byInterest([flat, ...shares].reverse(), anomalies).map(({ column }) => column);
  expect(order[0]).toBe("email");
  expect(order.at(-1)).toBe("flat");
  expect(order.indexOf("phone")).toBeLessThan(order.indexOf("terms"));
  const none = anomalies.map((each) => ({ ...each, false_alarm: true }));
  expect(byInterest([...shares].reverse(), none)[0]?.column).not.toBe("email");
});

test("the unusual comes newest first, and without false alarms", () => {
  const found = unusualOf(series, anomalies);
  expect(found[0]?.anomaly.observed).toBe(12);
  expect(found.map(({ anomaly }) => anomaly.false_alarm)).not.toContain(true);
  expect(new Set(found.map(({ series: { column, metric } }) => `${column} ${metric}`)).size).toBe(found.length);
  const none = anomalies.map((each) => ({ ...each, false_alarm: true }));
  expect(unusualOf(series, none)).toEqual([]);
});

test("columns offer what is measured of them, and no rule is taken for one", () => {
  expect(metricsOf(series, ["mean", "null_share", "rule_violations", "max"])).toEqual(["mean", "null_share"]);
});

test("figures are written in their units", () => {
  expect(textOf("null_share")(0.463)).toBe("46.3%");
  expect(textOf("freshness")(340)).toBe("5 min 40 s");
  expect(textOf("freshness")(259_200)).toBe("3 d");
  expect(textOf("volume")(1490)).toBe("1,490");
});
