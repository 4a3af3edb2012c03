import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { App } from "../../src/app";
import { changesOf, valuesOf } from "../../src/lists/values";
import { fixtureApi } from "../fixtures/api.mjs";

type Answer = { status: number; body: unknown };
let handle: (method: string, address: string, body?: unknown) => Answer;
let sent: { method: string; address: string; body: unknown }[];

beforeEach(() => {
  handle = fixtureApi().handle;
  sent = [];
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const method = init.method ?? "GET";
    if (method !== "GET") sent.push({ method, address, body });
    const answer = handle(method, address, body);
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
});
afterEach(() => vi.unstubAllGlobals());

function open(path: string) {
  window.history.replaceState(null, "", `/ui${path}`);
  render(<App />);
}

test("values are lines, each once, without the spaces around them", () => {
  expect(valuesOf(" b \r\na\n\n\tb\n")).toEqual(["b", "a"]);
  expect(changesOf(["a", "b"], ["b", "c"])).toEqual({ added: ["c"], removed: ["a"] });
});

test("lists are shown with the rules that use them, deleted ones apart", async () => {
  open("/lists");
  const table = within(await screen.findByRole("region", { name: "Reference lists (table)" }));
  const rows = table.getAllByRole("row").slice(1).map((row) => row.textContent ?? "");
  expect(rows[0]).toMatch(/^countries381/);
  expect(await table.findByText("1 rule")).toBeTruthy();
  expect(screen.getByText(/^1 deleted list/).closest("details")).toHaveProperty("open", false);
});

test("a list is made from a file, and its page opens", async () => {
  open("/lists");
  await userEvent.click(await screen.findByRole("button", { name: "New list" }));
  await userEvent.type(screen.getByLabelText("Name"), "two words");
  await userEvent.upload(screen.getByLabelText("From a file"), new File(["red\r\ngreen\r\nred\r\n"], "colours.txt", { type: "text/plain" }));
  expect(await screen.findByText(/^2 values\./)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Create list" }));
  expect(await screen.findByText(/^Text of 9 characters; expected 1 to 100/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  await userEvent.clear(screen.getByLabelText("Name"));
  await userEvent.type(screen.getByLabelText("Name"), "colours");
  await userEvent.click(screen.getByRole("button", { name: "Create list" }));
  expect(await screen.findByRole("heading", { name: "colours", level: 1 })).toBeTruthy();
  expect(sent.at(-1)).toMatchObject({ method: "PUT", address: "/api/v1/reference-lists/colours", body: { version: 0, values: ["red", "green"] } });
});

test("what each version changed is told", async () => {
  open("/lists/segments");
  const versions = within(await screen.findByRole("region", { name: "Versions" }));
  await versions.findByText("Version 1");
  const items = versions.getAllByRole("listitem").map((item) => item.textContent);
  expect(items[0]).toContain("added public sector, small business; removed partner");
  expect(items[1]).toContain("4 values");
  expect(await screen.findByRole("link", { name: "known-segment" })).toHaveProperty("pathname", "/ui/sources/netsuite/streams/customer/rules");
});

test("a list that somebody else changed meanwhile is not written over", async () => {
  open("/lists/segments");
  await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
  handle("PUT", "/api/v1/reference-lists/segments", { version: 2, values: ["theirs"] });
  await userEvent.click(screen.getByRole("button", { name: "Save as version 3" }));
  expect((await screen.findByRole("alert")).textContent).toContain("changed by somebody else");
  await userEvent.click(screen.getByRole("button", { name: "Start over from the newest version" }));
  expect(await screen.findByRole("button", { name: "Save as version 4" })).toBeTruthy();
  expect(screen.getByLabelText("Values, one a line")).toHaveProperty("value", "theirs");
});

test("a list is deleted when that is said twice, and brought back with the values that it had", async () => {
  open("/lists/segments");
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect(sent).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Really? 1 rule could not be checked" }));
  expect(await screen.findByText("5 values, until it was deleted")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Bring back" }));
  await userEvent.click(screen.getByRole("button", { name: "Save as version 4" }));
  expect(await screen.findByRole("heading", { name: "5 values" })).toBeTruthy();
  expect(sent.at(-1)?.body).toMatchObject({ version: 3, values: ["consumer", "enterprise", "mid-market", "public sector", "small business"] });
});

test("a long list is searched", async () => {
  open("/lists/countries");
  await userEvent.type(await screen.findByLabelText("Find"), "d");
  expect(screen.getByText("2 of 38")).toBeTruthy();
  expect(within(screen.getByRole("list", { name: "Values" })).getAllByRole("listitem").map((item) => item.textContent)).toEqual(["DE", "DK"]);
});
