/** Serves the built page as the handler does, headers and fallback included, over the fixture API. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { fixtureApi } from "../fixtures/api.mjs";

const DIST = "dist";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** @returns the server's address and a way to stop it. */
export async function serve() {
  if (!existsSync(join(DIST, "index.html"))) throw new Error("dist is missing; run `npm run build` first");
  const api = fixtureApi();
  const headers = { "content-security-policy": handlersPolicy(), "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "DENY" };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://page").pathname;
    const [status, type, body] = path.startsWith("/api/") ? await answer(api, request) : file(path);
    response.writeHead(status, { ...headers, "content-type": type }).end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** The policy is read from the handler's own code, so that the page is tried under what will be sent. */
export function handlersPolicy() {
  const code = readFileSync("../shared/api/src/headers.rs", "utf8");
  const found = /const CONTENT_SECURITY_POLICY: &str = "([^"]+)";/.exec(code);
  if (!found) throw new Error("shared/api/src/headers.rs no longer has CONTENT_SECURITY_POLICY; adapt tests/browser/server.mjs");
  return found[1].replace(/\\\n\s*/g, "");
}

async function answer(api, request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const { status, body } = api.handle(request.method, request.url, text ? JSON.parse(text) : undefined);
  return [status, status < 400 ? "application/json" : "application/problem+json", JSON.stringify(body)];
}

function file(path) {
  const name = normalize(path).replace(/^\/ui\/?/, "");
  const wanted = join(DIST, name);
  if (name && extname(name) in TYPES && existsSync(wanted)) return [200, TYPES[extname(name)], readFileSync(wanted)];
  if (name.startsWith("assets/")) return [404, "application/problem+json", "{}"];
  return [200, TYPES[".html"], readFileSync(join(DIST, "index.html"))];
}
