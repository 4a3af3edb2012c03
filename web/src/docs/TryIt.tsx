import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";

import { withQuery } from "../api/client";
import type { Operation, Parameter } from "./openapi";

/** Longer answers are cut, so that the page stays quick. */
const MOST_CHARACTERS = 20_000;

interface Answer {
  address: string;
  status: number;
  ms: number;
  text: string;
}

/** Sends a GET to this installation and shows what it says. */
export function TryIt({ operation }: { operation: Operation }) {
  const parameters = operation.parameters ?? [];
  const [values, setValues] = useState<Record<string, string>>(() => starting(parameters));
  const ask = useMutation({ mutationFn: () => request(address(operation.path, parameters, values)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form className="try" onSubmit={submit}>
      <h3>Try it</h3>
      <div className="toolbar">
        {parameters.map((parameter) => (
          <Input key={parameter.name} parameter={parameter} value={values[parameter.name] ?? ""}
            set={(value) => setValues({ ...values, [parameter.name]: value })} />
        ))}
        <button type="submit" className="primary" disabled={ask.isPending}>{ask.isPending ? "Sending…" : "Send"}</button>
      </div>
      {ask.error && <p className="bad-text" role="alert">The app does not answer. Check that it runs.</p>}
      {ask.data && <Shown answer={ask.data} />}
    </form>
  );
}

function Shown({ answer: { address: at, status, ms, text } }: { answer: Answer }) {
  return (
    <div role="status">
      <p className="small"><code>GET {at}</code> <b>{status}</b> in {Math.round(ms)} ms</p>
      <pre tabIndex={0} role="region" aria-label="Answer">{text.slice(0, MOST_CHARACTERS)}{text.length > MOST_CHARACTERS && "\n…"}</pre>
    </div>
  );
}

function Input({ parameter, value, set }: { parameter: Parameter; value: string; set: (value: string) => void }) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{parameter.name}</label>
      <input id={id} value={value} required={parameter.required ?? false} onChange={(event) => set(event.target.value)} />
    </span>
  );
}

const starting = (parameters: Parameter[]): Record<string, string> =>
  Object.fromEntries(parameters.map(({ name, required, example, schema }) =>
    [name, required ? String(example ?? schema?.example ?? "") : ""]));

/** Puts values into a path template and after its question mark. */
export function address(template: string, parameters: Parameter[], values: Record<string, string>): string {
  const filled = template.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const query = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => [name, values[name]]);
  return withQuery(filled, Object.fromEntries(query) as Record<string, string>);
}

async function request(at: string): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(at);
  const text = await response.text();
  return { address: at, status: response.status, ms: performance.now() - start, text: pretty(text) };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
