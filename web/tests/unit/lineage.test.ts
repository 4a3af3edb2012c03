import { expect, test } from "vitest";

import type { LineageGraph } from "../../src/api/types";
import { place } from "../../src/lineage/layout";
import { datasetId, drawnEdges, narrowed, trace } from "../../src/lineage/model";
import { COLUMNS } from "../fixtures/customers.mjs";
import { lineageOf } from "../fixtures/lineage.mjs";

const graph = lineageOf("customer", COLUMNS) as LineageGraph;
const all = new Set(graph.nodes.map(datasetId));

test("closed datasets are joined by one edge each", () => {
  const edges = drawnEdges(graph, new Set());
  expect(edges.length).toBe(3);
  expect(edges[0]!.edges.length).toBe(COLUMNS.length + 1);
});

test("open datasets are joined by their columns only", () => {
  const edges = drawnEdges(graph, all);
  expect(edges.filter(({ sourceField }) => sourceField !== null).length).toBe(2 * COLUMNS.length);
  expect(edges.filter(({ sourceField }) => sourceField === null).map(({ edges: [edge] }) => edge!.transformation.subtype))
    .toEqual(["FILTER"]);
});

test("a column's trace reaches its field at the source and no other column", () => {
  const table = graph.nodes.find(({ name }) => name === "netsuite_customer")!;
  const { edges, fields } = trace(graph, { namespace: table.namespace, name: table.name, field: "email" });
  expect(edges.size).toBe(2);
  expect(fields.size).toBe(3);
  expect([...fields].every((id) => id.endsWith('"email"]'))).toBe(true);
});

test("the way of one column is the graph without everything else", () => {
  const table = graph.nodes.find(({ name }) => name === "netsuite_customer")!;
  const way = narrowed(graph, trace(graph, { namespace: table.namespace, name: table.name, field: "email" }));
  expect(way.nodes.map(({ kind, fields }) => [kind, ...fields])).toEqual([["source", "email"], ["table", "email"], ["raw", "email"]]);
  expect(way.edges.length).toBe(2);
});

test("a trace of columns that feed each other ends", () => {
  const at = (name: string) => ({ namespace: "n", name, field: "x" });
  const transformation = { type: "DIRECT", subtype: "IDENTITY", description: "" };
  const round: LineageGraph = {
    nodes: [], truncated: false,
    edges: [{ from: at("a"), to: at("b"), transformation }, { from: at("b"), to: at("a"), transformation }],
  };
  expect(trace(round, at("a")).edges.size).toBe(2);
});

test("datasets are placed in the direction data moves", () => {
  const placed = place(graph.nodes, drawnEdges(graph, all), all);
  const x = (kind: string, name: string) => placed.find(({ node }) => node.kind === kind && node.name.endsWith(name))!.x;
  expect(x("source", "customer")).toBeLessThan(x("raw", "customer"));
  expect(x("raw", "customer")).toBeLessThan(x("table", "netsuite_customer"));
});
