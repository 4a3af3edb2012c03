import type { LineageEdge, LineageGraph } from "../api/types";
import { Scroller } from "../components/Scroller";
import { fieldId, type Trace } from "./model";

interface Props {
  graph: LineageGraph;
  /** Only these edges; null for those between whole datasets. */
  traced: Trace | null;
  field: string | null;
}

/** The graph in words: what is done on the way. It also serves readers who cannot see the picture. */
export function Steps({ graph, traced, field }: Props) {
  const edges = graph.edges.filter((edge) => (traced ? traced.edges.has(edge) : edge.from.field === null));
  if (edges.length === 0) return null;
  return (
    <section className="card" aria-labelledby="steps">
      <div className="card-head"><h2 id="steps">{field ? `The way of ${field}` : "Steps between datasets"}</h2></div>
      <Scroller label="Steps">
        <table>
          <thead><tr><th>From</th><th>To</th><th>What is done</th><th>Kind</th></tr></thead>
          <tbody>{edges.map((edge) => <Step key={fieldId(edge.from) + fieldId(edge.to)} edge={edge} />)}</tbody>
        </table>
      </Scroller>
    </section>
  );
}

function Step({ edge: { from, to, transformation } }: { edge: LineageEdge }) {
  return (
    <tr>
      <td className="mono">{from.name}{from.field && <b>.{from.field}</b>}</td>
      <td className="mono">{to.name}{to.field && <b>.{to.field}</b>}</td>
      <td>{transformation.description}</td>
      <td className="quiet-text">{transformation.type.toLowerCase()}, {transformation.subtype.toLowerCase()}</td>
    </tr>
  );
}
