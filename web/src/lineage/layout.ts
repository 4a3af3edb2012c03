import dagre from "@dagrejs/dagre";

import type { LineageNode } from "../api/types";
import { datasetId, type Drawn } from "./model";

/** Pixels; the style sheet gives nodes the same sizes. */
export const WIDTH = 250;
const HEAD = 78;
export const ROW = 22;

export interface Placed {
  id: string;
  node: LineageNode;
  x: number;
  y: number;
  height: number;
}

export const heightOf = (node: LineageNode, open: boolean): number =>
  HEAD + (open ? node.fields.length * ROW + 8 : 0);

/** Places datasets from left to right, in the direction data moves. */
export function place(nodes: LineageNode[], edges: Drawn[], open: ReadonlySet<string>): Placed[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 36, ranksep: 110 });
  graph.setDefaultEdgeLabel(() => ({}));
  const sized = nodes.map((node) => {
    const id = datasetId(node);
    return { id, node, height: heightOf(node, open.has(id)) };
  });
  for (const { id, height } of sized) graph.setNode(id, { width: WIDTH, height });
  for (const { source, target } of edges) graph.setEdge(source, target);
  dagre.layout(graph);
  return sized.map((each) => {
    const at = graph.node(each.id) as { x: number; y: number };
    return { ...each, x: at.x - WIDTH / 2, y: at.y - each.height / 2 };
  });
}
