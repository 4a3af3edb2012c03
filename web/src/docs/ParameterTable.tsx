import { Scroller } from "../components/Scroller";
import { Inline } from "./Prose";
import { typeName } from "./SchemaView";
import type { OpenApi, Parameter } from "./openapi";

export function ParameterTable({ api, parameters }: { api: OpenApi; parameters: Parameter[] }) {
  return (
    <>
      <h3>Parameters</h3>
      <Scroller label="Parameters">
        <table>
          <thead><tr><th>Name</th><th>In</th><th>Type</th><th>What it is</th></tr></thead>
          <tbody>
            {parameters.map((parameter) => (
              <tr key={parameter.name}>
                <td><code>{parameter.name}</code>{parameter.required && <span className="tag">required</span>}</td>
                <td>{parameter.in}</td>
                <td>{parameter.schema ? typeName(api, parameter.schema) : "text"}</td>
                <td className="wrap"><Inline text={parameter.description ?? ""} />{limits(parameter)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}

function limits({ schema }: Parameter): string {
  const range = schema?.minimum !== undefined && schema.maximum !== undefined ? ` ${schema.minimum} to ${schema.maximum}.` : "";
  return schema?.default === undefined ? range : `${range} Default ${String(schema.default)}.`;
}
