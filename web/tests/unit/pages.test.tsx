import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { App } from "../../src/app";
import { fixtureApi } from "../fixtures/api.mjs";

type Answer = { status: number; body: unknown };
let handle: (method: string, address: string, body?: unknown) => Answer;

beforeEach(() => {
  handle = fixtureApi().handle;
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const answer = handle(init.method ?? "GET", address, body);
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
});
afterEach(() => vi.unstubAllGlobals());

function open(path: string) {
  window.history.replaceState(null, "", `/ui${path}`);
  render(<App />);
}

test("a source's newest run is shown with its accounting and its evidence", async () => {
  open("/");
  const source = await screen.findByRole("region", { name: "netsuite" });
  expect(await within(source).findAllByText("Balanced", { exact: false })).not.toHaveLength(0);
  expect(within(source).getAllByRole("progressbar").length).toBe(10);
  expect(within(source).getByText(/COUNT\(\*\) says 602 too/)).toBeTruthy();
  expect(await screen.findByText("Not extracted yet")).toBeTruthy();
});

test("a refused extraction shows the problem's detail", async () => {
  open("/");
  await userEvent.click(await screen.findByRole("button", { name: /^Extract now\s*from archive/ }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("check the credentials");
});

test("an extraction that is started is seen running", async () => {
  open("/");
  await userEvent.click(await screen.findByRole("button", { name: /^Extract now\s*from netsuite/ }));
  expect(await screen.findByRole("button", { name: /^Extracting…\s*from netsuite/ })).toHaveProperty("disabled", true);
});

test("an unbalanced run that has settled is marked as such", async () => {
  const real = handle;
  handle = (method, address, body) => {
    const answer = real(method, address, body);
    if (!address.startsWith("/api/v1/runs/")) return answer;
    const run = answer.body as { totals: object };
    return { ...answer, body: { ...run, totals: { ...run.totals, balances: false } } };
  };
  open("/");
  expect(await screen.findByText(/Unbalanced/)).toBeTruthy();
});

test("no source is said in words, and what to do", async () => {
  const real = handle;
  const none = { status: 200, body: { items: [], next: null } };
  handle = (method, address, body) => (address.startsWith("/api/v1/sources") ? none : real(method, address, body));
  open("/");
  expect(await screen.findByText("No source is configured yet")).toBeTruthy();
});

test("an API that does not serve is told in its own words, with a way to try again", async () => {
  const body = { type: "urn:forebay:problem:not-signed-in", title: "The request is not signed in", status: 401, detail: "sign in first" };
  handle = () => ({ status: 401, body });
  open("/runs");
  expect(await screen.findByText("sign in first")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a column opens with its distribution, its frequent values and its history", async () => {
  open("/sources/netsuite/streams/customer");
  await userEvent.click(await screen.findByRole("button", { name: /^creditlimit/ }));
  expect(await screen.findByRole("img", { name: /^Histogram from/ })).toBeTruthy();
  expect(screen.getByRole("img", { name: /^Median/ })).toBeTruthy();
  expect(await screen.findByRole("img", { name: /^Nulls over 9 runs/ })).toBeTruthy();
});

test("columns are found by name or title", async () => {
  open("/sources/netsuite/streams/customer");
  await userEvent.type(await screen.findByRole("searchbox"), "market");
  expect(await screen.findByRole("button", { name: /custentity_market_segment/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^creditlimit/ })).toBeNull();
});

test("what a run met is told, and what somebody has to act on comes first", async () => {
  open("/runs/run-20260301T080000-91d4");
  const notices = within(await screen.findByRole("region", { name: "Met on the way" }));
  const rows = notices.getAllByRole("row").slice(1).map((row) => row.textContent);
  expect(rows[0]).toContain("contradicts itself");
  expect(rows[1]).toContain("custitem_colour");
  expect(rows[2]).toContain("slowed downwhole source3");
});

test("streams that the source does not have are folded away, with the reason", async () => {
  open("/runs/run-20260301T080000-91d4");
  const fold = await screen.findByText(/1 optional stream skipped/);
  expect(fold.closest("details")).toHaveProperty("open", false);
  await userEvent.click(fold);
  expect(screen.getByText(/Record 'partner' was not found/)).toBeTruthy();
  expect(within(screen.getByRole("list", { name: "Streams" })).queryByText("partner")).toBeNull();
});

test("a page that can never be applied says why, and a count that differs is marked", async () => {
  const real = handle;
  handle = (method, address, body) => {
    const answer = real(method, address, body);
    if (/\/pages/.test(address)) {
      const { items, next } = answer.body as { items: object[]; next: string | null };
      const broken = { ...items[0], state: "unappliable", failure: "the table takes no such value" };
      return { ...answer, body: { items: [broken, ...items.slice(1)], next } };
    }
    if (!address.startsWith("/api/v1/runs/")) return answer;
    const run = answer.body as { streams: object[] };
    const streams = run.streams.map((each, i) => (i ? each : { ...each, state: "ended", expected: 18, reconciliation: "fewer" }));
    return { ...answer, body: { ...run, streams } };
  };
  open("/runs/run-20260301T080000-91d4");
  expect(await screen.findByText("the table takes no such value")).toBeTruthy();
  expect(screen.getByText("unappliable")).toBeTruthy();
  expect(screen.getByText(/fewer were read/)).toBeTruthy();
});

test("pages that could not be profiled are counted, and nothing is said where there are none", async () => {
  const real = handle;
  handle = (method, address, body) => {
    const answer = real(method, address, body);
    if (!address.startsWith("/api/v1/runs/") || /\/pages/.test(address)) return answer;
    const run = answer.body as { streams: object[] };
    const streams = run.streams.map((each, i) => (i ? each : { ...each, pages_unprofilable: 2 }));
    return { ...answer, body: { ...run, streams } };
  };
  open("/runs/run-20260301T080000-91d4");
  const streams = within(await screen.findByRole("list", { name: "Streams" })).getAllByRole("listitem");
  expect(streams[0]?.textContent).toContain("2 pages could not be profiled");
  expect(screen.getAllByText(/could not be profiled/)).toHaveLength(1);
});

test("a connection check shows what to mend first", async () => {
  open("/sources/archive");
  const card = within(await screen.findByRole("region", { name: "Connection" }));
  await userEvent.click(card.getByRole("button", { name: "Check now" }));
  expect(await card.findByText("1 thing to mend")).toBeTruthy();
  expect(card.getAllByRole("row")[1]?.textContent).toContain("check 'client_id'");
});

test("a replay says what was loaded and what was refused", async () => {
  open("/dead-letters?stream=transaction");
  await userEvent.click(await screen.findByRole("checkbox", { name: "Choose all open ones" }));
  await userEvent.click(screen.getByRole("button", { name: /^Replay 10/ }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("3 of 10 records loaded");
  expect(alert.textContent).toContain("`id` is missing");
});

test("an address nobody knows says so", async () => {
  open("/nowhere");
  expect(await screen.findByRole("heading", { name: "There is no such page" })).toBeTruthy();
});

test("an answer that cannot be drawn leaves the way around usable", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const real = handle;
  handle = (method, address, body) => (address.startsWith("/api/v1/runs/") ? { status: 200, body: {} } : real(method, address, body));
  open("/runs/run-20260301T080000-91d4");
  expect(await screen.findByRole("alert")).toBeTruthy();
  await userEvent.click(screen.getByRole("link", { name: "Runs" }));
  expect(await screen.findByRole("heading", { name: "Runs" })).toBeTruthy();
  vi.restoreAllMocks();
});
