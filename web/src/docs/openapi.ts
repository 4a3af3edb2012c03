/** The parts of an OpenAPI 3.1 description that the page shows. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  description?: string;
  required?: boolean;
  example?: unknown;
  schema?: Schema;
}

export interface Body {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema?: Schema }>;
}

export interface OperationObject {
  tags?: string[];
  summary?: string;
  description?: string;
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Body>;
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, OperationObject>>;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Body> };
  tags?: { name: string; description?: string }[];
}

export interface Operation extends OperationObject {
  id: string;
  method: string;
  path: string;
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Operations by tag, in the description's order of tags. */
export function groups(api: OpenApi): Group[] {
  const all = operations(api);
  const names = [...new Set([...(api.tags ?? []).map(({ name }) => name), ...all.flatMap(({ tags }) => tags ?? ["other"])])];
  return names
    .map((name) => ({
      name,
      description: api.tags?.find((tag) => tag.name === name)?.description ?? "",
      operations: all.filter(({ tags }) => (tags ?? ["other"]).includes(name)),
    }))
    .filter((group) => group.operations.length > 0);
}

function operations(api: OpenApi): Operation[] {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const found = item[method];
      return found ? [{ ...found, method, path, id: found.operationId ?? `${method} ${path}` }] : [];
    }));
}

/** What a `$ref` into this description points to; anything else is given back as it is. */
export function resolve<T extends { $ref?: string }>(api: OpenApi, value: T): T {
  if (!value.$ref) return value;
  const parts = value.$ref.replace(/^#\//, "").split("/");
  const found = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], api);
  return (found as T | undefined) ?? value;
}

export const refName = (schema: Schema): string | null => schema.$ref?.split("/").at(-1) ?? null;
