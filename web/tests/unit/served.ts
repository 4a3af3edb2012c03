import { vi } from "vitest";

import { fixtureApi } from "../fixtures/api.mjs";

type Sent = { method: string; address: string; body: unknown };

/** Answers the page from fixtures until `vi.unstubAllGlobals`: what it asks for, and what it sends. */
export function served() {
  const { handle } = fixtureApi();
  const asked: string[] = [];
  const sent: Sent[] = [];
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const method = init.method ?? "GET";
    if (method === "GET") asked.push(address);
    else sent.push({ method, address, body });
    const answer = handle(method, address, body);
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
  return { asked, sent };
}
