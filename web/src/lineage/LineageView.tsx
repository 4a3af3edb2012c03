import "@xyflow/react/dist/style.css";

import { Controls, MarkerType, ReactFlow, type Edge } from "@xyflow/react";
import { useMemo, useState } from "react";

import type { Field, LineageGraph } from "../api/types";
import { Select } from "../components/Select";
import { LineageContext } from "./context";
import { DatasetNode, type DatasetNodeType } from "./DatasetNode";
import { place, WIDTH } from "./layout";
import { Steps } from "./Steps";
import { datasetId, drawnEdges, fieldId, narrowed, trace, type Drawn, type Trace } from "./model";

const NODE_TYPES = { dataset: DatasetNode };
const FIT = { padding: 0.12, maxZoom: 1 };

interface Props {
  graph: LineageGraph;
  /** The columns whose way can be asked for, and the one that is; null for the whole graph. */
  columns: string[];
  focus: Field | null;
  setFocus: (column: string) => void;
}

/** The graph: datasets first, their columns on demand, one column's way on hover or click; or nothing but the way of one
 *  column, which stays legible however many there are. */
export function LineageView({ graph: whole, columns, focus, setFocus }: Props) {
  const [opened, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [clicked, setPicked] = useState<Field | null>(null);
  const picked = focus ?? clicked;
  const graph = useMemo(() => (focus ? narrowed(whole, trace(whole, focus)) : whole), [whole, focus]);
  const open = useMemo(() => (focus ? new Set(graph.nodes.map(datasetId)) : opened), [graph, focus, opened]);
  const [hovered, setHovered] = useState<Field | null>(null);
  const looked = hovered ?? picked;
  const traced = useMemo(() => (looked ? trace(graph, looked) : null), [graph, looked]);
  const drawn = useMemo(() => drawnEdges(graph, open), [graph, open]);
  const nodes = useMemo(() => flowNodes(graph, drawn, open), [graph, drawn, open]);
  const edges = useMemo(() => drawn.map((edge) => flowEdge(edge, traced)), [drawn, traced]);
  const withColumns = graph.nodes.filter((node) => node.fields.length > 0).map(datasetId);
  const allOpen = withColumns.every((id) => open.has(id));
  const pickedId = picked && fieldId(picked);
  const state = {
    traced, picked: pickedId, hover: setHovered,
    pick: (field: Field) => setPicked(pickedId === fieldId(field) ? null : field),
    toggle: (id: string) => setOpen(toggled(open, id)),
  };
  return (
    <LineageContext value={state}>
      <div className="toolbar">
        <Select label="The way of" value={focus?.field ?? ""} onChange={setFocus} all="every column" options={columns} />
        {!focus && (
          <button type="button" onClick={() => setOpen(new Set(allOpen ? [] : withColumns))}>
            {allOpen ? "Hide all columns" : "Show all columns"}
          </button>
        )}
        {clicked && !focus && <button type="button" onClick={() => setPicked(null)}>Clear the choice of {clicked.field}</button>}
        {graph.truncated && <span className="quiet-text">The graph goes on beyond what is shown.</span>}
      </div>
      <div className="lineage" role="region" aria-label="Lineage graph">
        <ReactFlow
          // A new arrangement is fitted into view anew.
          key={(focus?.field ?? "") + [...open].join()} nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} fitView fitViewOptions={FIT}
          minZoom={0.2} maxZoom={1.6} nodesDraggable={false} nodesConnectable={false} nodesFocusable={false}
          edgesFocusable={false} elementsSelectable={false} proOptions={{ hideAttribution: true }}
          preventScrolling={false} zoomOnScroll={false}
        >
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      <Steps graph={graph} traced={picked ? trace(graph, picked) : null} field={picked?.field ?? null} />
    </LineageContext>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function flowNodes(graph: LineageGraph, drawn: Drawn[], open: ReadonlySet<string>): DatasetNodeType[] {
  return place(graph.nodes, drawn, open).map(({ id, node, x, y, height }) => ({
    id, type: "dataset", position: { x, y }, width: WIDTH, height, data: { dataset: node, open: open.has(id) },
  }));
}

function flowEdge(edge: Drawn, traced: Trace | null): Edge {
  const on = traced !== null && edge.edges.some((each) => traced.edges.has(each));
  const columns = edge.edges.filter(({ from }) => from.field !== null).length;
  const whole = edge.sourceField === null && edge.targetField === null;
  return {
    id: edge.id, source: edge.source, target: edge.target, sourceHandle: edge.sourceField, targetHandle: edge.targetField,
    className: traced === null ? "" : on ? "on" : "off", markerEnd: { type: MarkerType.ArrowClosed }, zIndex: on ? 1 : 0,
    ...(whole && { label: columns > 0 ? `${columns} columns` : edge.edges[0]?.transformation.subtype.toLowerCase() ?? "" }),
  };
}
