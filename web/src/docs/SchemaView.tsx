import { Inline } from "./Prose";
import { resolve, refName, type OpenApi, type Schema } from "./openapi";
import { mainType } from "./sample";

interface Props {
  api: OpenApi;
  schema: Schema;
  /** Names of the schemas around this one, so that one that holds itself ends. */
  within?: readonly string[];
}

/** A schema's fields with their types, nested as they are. */
export function SchemaView({ api, schema, within = [] }: Props) {
  const name = refName(schema);
  if (name && within.includes(name)) return <p className="quiet-text small">again {name}</p>;
  const path = name ? [...within, name] : within;
  const whole = resolve(api, schema);
  const parts = whole.allOf ?? [whole];
  const rows = parts.map((part) => resolve(api, part)).flatMap((part) =>
    Object.entries(part.properties ?? {}).map(([field, property]) => ({
      field, property, required: part.required?.includes(field) ?? false,
    })));
  if (rows.length === 0) return whole.items ? <SchemaView api={api} schema={whole.items} within={path} /> : null;
  return (
    <ul className="schema">
      {rows.map(({ field, property, required }) => (
        <FieldOf key={field} api={api} field={field} property={property} required={required} within={path} />
      ))}
    </ul>
  );
}

interface FieldProps {
  api: OpenApi;
  field: string;
  property: Schema;
  required: boolean;
  within: readonly string[];
}

function FieldOf({ api, field, property, required, within }: FieldProps) {
  const inner = nested(property);
  const target = resolve(api, inner);
  const whole = resolve(api, property);
  const deep = Boolean(target.properties ?? target.allOf);
  return (
    <li>
      <code>{field}</code> <span className="schema-type">{typeName(api, property)}</span>
      {!required && <span className="tag">optional</span>}
      <Description text={property.description ?? whole.description} />
      {target.enum && <p className="small">one of {target.enum.map((value) => <code key={String(value)}>{String(value)} </code>)}</p>}
      {deep && (
        <details>
          <summary>fields of {refName(inner) ?? field}</summary>
          <SchemaView api={api} schema={inner} within={within} />
        </details>
      )}
    </li>
  );
}

/** What a list or a choice holds. */
function nested(schema: Schema): Schema {
  if (schema.items) return nested(schema.items);
  const choice = (schema.oneOf ?? schema.anyOf)?.find((one) => one.type !== "null");
  return choice ?? schema;
}

export function typeName(api: OpenApi, schema: Schema): string {
  const name = refName(schema);
  if (name) return resolve(api, schema).enum ? "word" : name;
  const nullable = (Array.isArray(schema.type) && schema.type.includes("null")) || (schema.oneOf ?? []).some((one) => one.type === "null");
  const choice = (schema.oneOf ?? schema.anyOf)?.find((one) => one.type !== "null");
  const base = choice ? typeName(api, choice) : schema.items ? `list of ${typeName(api, schema.items)}` : mainType(schema) ?? "anything";
  const format = schema.format && schema.format !== "double" ? ` (${schema.format})` : "";
  return `${base}${format}${nullable ? " or null" : ""}`;
}

function Description({ text }: { text: string | undefined }) {
  return text ? <p className="small"><Inline text={text} /></p> : null;
}
