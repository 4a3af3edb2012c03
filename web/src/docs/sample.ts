import { resolve, type OpenApi, type Schema } from "./openapi";

/** Deeper than this, an example shows no more. */
const DEEPEST = 8;

/** An example value of a schema: its own example where it has one, else one made from its type. */
export function sample(api: OpenApi, schema: Schema, depth = 0): unknown {
  if (depth > DEEPEST) return null;
  const own = schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0];
  if (own !== undefined) return own;
  if (schema.$ref) return sample(api, resolve(api, schema), depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sample(api, part, depth + 1)));
  const choice = (schema.oneOf ?? schema.anyOf)?.find((one) => one.type !== "null");
  if (choice) return sample(api, choice, depth + 1);
  return byType(api, schema, depth);
}

function byType(api: OpenApi, schema: Schema, depth: number): unknown {
  switch (mainType(schema)) {
    case "object": {
      const entries = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, sample(api, property, depth + 1)]);
      if (entries.length === 0 && typeof schema.additionalProperties === "object") {
        return { name: sample(api, schema.additionalProperties, depth + 1) };
      }
      return Object.fromEntries(entries) as unknown;
    }
    case "array":
      return schema.items ? [sample(api, schema.items, depth + 1)] : [];
    case "integer":
      return schema.minimum ?? 0;
    case "number":
      return schema.minimum ?? 0.5;
    case "boolean":
      return true;
    case "string":
      return schema.format === "date-time" ? "2026-03-01T08:00:00.000000Z" : "text";
    default:
      return null;
  }
}

/** The type that is not null. */
export function mainType(schema: Schema): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.find((type) => type !== "null") ?? (schema.properties ? "object" : undefined);
}
