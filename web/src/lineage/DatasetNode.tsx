import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { use } from "react";

import type { Field, LineageNode } from "../api/types";
import { LineageContext } from "./context";
import { datasetId, fieldId, shortName } from "./model";

export type DatasetNodeType = Node<{ dataset: LineageNode; open: boolean }, "dataset">;

const KINDS: Record<LineageNode["kind"], string> = { source: "record type", raw: "raw pages", table: "table" };

/** A dataset; opened, with the columns that lineage knows. */
export function DatasetNode({ data: { dataset, open } }: NodeProps<DatasetNodeType>) {
  const { toggle } = use(LineageContext);
  const name = shortName(dataset);
  return (
    <div className={`dataset ${dataset.kind}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Handle type="source" position={Position.Right} isConnectable={false} />
      <div className="dataset-head">
        <span className="kind">{KINDS[dataset.kind]}</span>
        <strong title={dataset.name}>{name}</strong>
        <span className="namespace" title={dataset.namespace}>{dataset.namespace}</span>
        {dataset.fields.length > 0 && (
          <button type="button" className="nodrag quiet" aria-expanded={open} onClick={() => toggle(datasetId(dataset))}
            aria-label={`${open ? "Hide" : "Show"} the ${dataset.fields.length} columns of ${KINDS[dataset.kind]} ${name}`}>
            {dataset.fields.length} {open ? "▴" : "▾"}
          </button>
        )}
      </div>
      {open && (
        <ul className="dataset-fields">
          {dataset.fields.map((field) => <FieldRow key={field} of={{ namespace: dataset.namespace, name: dataset.name, field }} />)}
        </ul>
      )}
    </div>
  );
}

function FieldRow({ of }: { of: Field }) {
  const { traced, picked, hover, pick } = use(LineageContext);
  const id = fieldId(of);
  const shade = traced === null ? "" : traced.fields.has(id) ? "on" : "off";
  return (
    <li className={shade}>
      <Handle id={of.field} type="target" position={Position.Left} isConnectable={false} />
      <button type="button" className="nodrag" aria-pressed={picked === id} title={of.field ?? undefined}
        onMouseEnter={() => hover(of)} onMouseLeave={() => hover(null)} onFocus={() => hover(of)} onBlur={() => hover(null)}
        onClick={() => pick(of)}>
        {of.field}
      </button>
      <Handle id={of.field} type="source" position={Position.Right} isConnectable={false} />
    </li>
  );
}
