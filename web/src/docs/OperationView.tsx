import { ParameterTable } from "./ParameterTable";
import { Prose } from "./Prose";
import { SchemaView } from "./SchemaView";
import { TryIt } from "./TryIt";
import { resolve, type OpenApi, type Operation } from "./openapi";
import { sample } from "./sample";

export function OperationView({ api, operation }: { api: OpenApi; operation: Operation }) {
  const { method, path, summary, description, parameters = [] } = operation;
  const answer = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith("2"));
  const problems = Object.entries(operation.responses ?? {}).filter(([status]) => !status.startsWith("2"));
  const schema = answer && content(answer[1].content);
  const request = operation.requestBody && content(resolve(api, operation.requestBody).content);
  return (
    <details className="operation" id={operation.id}>
      <summary>
        <span className={`method ${method}`}>{method.toUpperCase()}</span>
        <code>{path}</code>
        <span className="op-summary">{summary}</span>
      </summary>
      <div className="op-body">
        {description && <Prose text={description} />}
        {parameters.length > 0 && <ParameterTable api={api} parameters={parameters} />}
        {request && (
          <>
            <h3>Body</h3>
            <SchemaView api={api} schema={request} />
            <Example label={`Example body of ${method} ${path}`} value={sample(api, request)} />
          </>
        )}
        {schema && (
          <>
            <h3>Answer {answer[0]}</h3>
            <SchemaView api={api} schema={schema} />
            <Example label={`Example answer of ${method} ${path}`} value={sample(api, schema)} />
          </>
        )}
        {problems.length > 0 && (
          <>
            <h3>Problems</h3>
            <ul className="problems">
              {problems.map(([status, body]) => <li key={status}><code>{status}</code> {resolve(api, body).description}</li>)}
            </ul>
          </>
        )}
        {method === "get" && <TryIt operation={operation} />}
      </div>
    </details>
  );
}

const content = (of: Record<string, { schema?: object }> | undefined) => Object.values(of ?? {})[0]?.schema;

function Example({ label, value }: { label: string; value: unknown }) {
  if (value === null || typeof value !== "object") return null;
  return (
    <details>
      <summary>example</summary>
      <pre tabIndex={0} role="region" aria-label={label}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
