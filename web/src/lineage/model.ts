/** The graph as it is drawn: which edges are shown at which detail, and what belongs to a column. */
import type { Field, LineageEdge, LineageGraph, LineageNode } from "../api/types";

export const datasetId = ({ namespace, name }: { namespace: string; name: string }): string =>
  JSON.stringify([namespace, name]);

export const fieldId = (field: Field): string => JSON.stringify([field.namespace, field.name, field.field]);

export interface Drawn {
  id: string;
  source: string;
  target: string;
  /** Columns at its ends; null for the dataset as a whole. */
  sourceField: string | null;
  targetField: string | null;
  /** What it stands for. */
  edges: LineageEdge[];
}

/** One edge per visible pair of ends: ends at closed datasets fall together. */
export function drawnEdges(graph: LineageGraph, open: ReadonlySet<string>): Drawn[] {
  const drawn = new Map<string, Drawn>();
  for (const edge of graph.edges) {
    const [source, target] = [datasetId(edge.from), datasetId(edge.to)];
    const sourceField = open.has(source) ? edge.from.field : null;
    const targetField = open.has(target) ? edge.to.field : null;
    const id = JSON.stringify([source, sourceField, target, targetField]);
    const known = drawn.get(id);
    if (known) known.edges.push(edge);
    else drawn.set(id, { id, source, target, sourceField, targetField, edges: [edge] });
  }
  return [...drawn.values()].filter((edge) => !toldByColumns(edge, drawn));
}

/** Between open datasets, the edge of the datasets says no more than those of their columns. */
function toldByColumns(edge: Drawn, all: ReadonlyMap<string, Drawn>): boolean {
  if (edge.sourceField !== null || edge.targetField !== null) return false;
  return [...all.values()].some((other) =>
    other !== edge && other.source === edge.source && other.target === edge.target &&
    (other.sourceField !== null || other.targetField !== null));
}

export interface Trace {
  fields: ReadonlySet<string>;
  edges: ReadonlySet<LineageEdge>;
}

/** Everything a column comes from and everything it goes into. */
export function trace(graph: LineageGraph, start: Field): Trace {
  const fields = new Set([fieldId(start)]);
  const edges = new Set<LineageEdge>();
  follow(graph.edges, start, (edge) => [edge.to, edge.from], fields, edges);
  follow(graph.edges, start, (edge) => [edge.from, edge.to], fields, edges);
  return { fields, edges };
}

type Ends = (edge: LineageEdge) => [here: Field, there: Field];

function follow(all: LineageEdge[], start: Field, ends: Ends, fields: Set<string>, edges: Set<LineageEdge>): void {
  const seen = new Set([fieldId(start)]);
  const waiting = [start];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const here = fieldId(at);
    for (const edge of all) {
      const [from, to] = ends(edge);
      if (from.field === null || fieldId(from) !== here) continue;
      edges.add(edge);
      fields.add(fieldId(to));
      if (seen.has(fieldId(to))) continue;
      seen.add(fieldId(to));
      waiting.push(to);
    }
  }
}

/** Only what is on a trace: its datasets with its columns. */
export function narrowed(graph: LineageGraph, { fields, edges }: Trace): LineageGraph {
  const on = (node: LineageNode) => node.fields.filter((field) => fields.has(fieldId({ ...node, field })));
  const nodes = graph.nodes.map((node) => ({ ...node, fields: on(node) })).filter((node) => node.fields.length > 0);
  return { ...graph, nodes, edges: graph.edges.filter((edge) => edges.has(edge)) };
}

/** The last part of a name; the whole is shown beside it. */
export const shortName = ({ kind, name }: LineageNode): string => (kind === "raw" ? name.split("/").at(-1) ?? name : name);
