/** Sends requests to the API of the installation that serves this page. */
import type { Problem } from "./types";

/** A request that did not succeed, in the words of the API's problem details (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly title: string;

  /** @param status The HTTP status; 0 where there was no answer at all. */
  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.title = title;
  }
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>(path, signal ? { signal } : {});

export const post = <T>(path: string, body?: unknown): Promise<T> => send<T>("POST", path, body);

export const put = <T>(path: string, body?: unknown): Promise<T> => send<T>("PUT", path, body);

/** DELETE; the word itself is taken. */
export const remove = <T>(path: string): Promise<T> => send<T>("DELETE", path);

function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  if (body === undefined) return call<T>(path, { method });
  const headers = { "content-type": "application/json" };
  return call<T>(path, { method, headers, body: JSON.stringify(body) });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answered(path, init);
  if (!response.ok) throw await problem(response);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiProblem(response.status, "Unreadable answer", "The answer is not JSON; reload the page.");
  }
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, headers: { accept: "application/json", ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, "No answer", "The app does not answer. Check that it runs; this page keeps trying.");
  }
}

async function problem(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new ApiProblem(response.status, body.title, body.detail);
  const title = `The answer has status ${response.status}`;
  return new ApiProblem(response.status, title, "Something between this page and the app answered in its place.");
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== "object" || body === null) return false;
  const { title, detail } = body as Partial<Problem>;
  return typeof title === "string" && typeof detail === "string";
}

/** Makes an address: every value put in is encoded as one part of the path. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((text, part, i) => text + encodeURIComponent(values[i - 1] ?? "") + part);
}

/** Adds the parameters that have a value. */
export function withQuery(address: string, query: Record<string, string | number | boolean | undefined | null>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (set.length === 0) return address;
  return `${address}?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}
