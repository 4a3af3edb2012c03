import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { App } from "../../src/app";
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

const FLOW = "1a".repeat(16);
const CONTENT = "2b".repeat(16);
const RULES = "/sources/netsuite/streams/customer/rules";

function open(path: string) {
  window.history.replaceState(null, "", `/ui${path}`);
  render(<App />);
}

const choose = (name: string, value: string) => userEvent.selectOptions(screen.getByLabelText(name), value);

test("open alerts come first, and are counted beside their place in the navigation", async () => {
  open("/alerts");
  const rows = within(await screen.findByRole("region", { name: "Alerts (table)" })).getAllByRole("row").slice(1);
  expect(rows).toHaveLength(3);
  expect(screen.getByRole("link", { name: /^Alerts\s*3\s*open$/ })).toBeTruthy();
  await choose("State", "all");
  expect(await screen.findByText("acknowledged", { selector: ".badge" })).toBeTruthy();
  expect(window.location.search).toBe("?state=all");
});

test("an alert that somebody deals with is no longer counted as open", async () => {
  open(`/alerts/${FLOW}`);
  await userEvent.click(await screen.findByRole("button", { name: "Acknowledge" }));
  expect(await screen.findByText("dataops@customer.example")).toBeTruthy();
  expect(await screen.findByRole("link", { name: /^Alerts\s*2\s*open$/ })).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Resolve" }));
  expect(await screen.findByText("resolved", { selector: ".badge" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Resolve" })).toBeNull();
});

test("a finding shows its series, and can be called a false alarm and none again", async () => {
  open(`/alerts/${CONTENT}`);
  expect(await screen.findByRole("img", { name: /^Empty share of email over 48 runs: .*last 46.3%, 2 unusual$/ })).toBeTruthy();
  const [first] = await screen.findAllByRole("button", { name: /^This is a false alarm/ });
  await userEvent.click(first as HTMLElement);
  expect(await screen.findByText("false alarm", { selector: ".badge" })).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: /^It was no false alarm/ }));
  expect(sent.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
});

test("an alert is silenced for a while, with the reason", async () => {
  open(`/alerts/${FLOW}`);
  await userEvent.click(await screen.findByRole("button", { name: "Silence this…" }));
  expect(screen.getByText(/volume and freshness of netsuite \/ customer/)).toBeTruthy();
  await choose("For", "24");
  await userEvent.type(screen.getByLabelText("Why"), "migration");
  const before = Date.now();
  await userEvent.click(screen.getByRole("button", { name: "Silence" }));
  expect(await screen.findByText(/^Silenced/)).toBeTruthy();
  const body = sent[0]?.body as { until: string };
  expect(body).toMatchObject({ source: "netsuite", stream: "customer", kind: "flow", reason: "migration" });
  expect(Date.parse(body.until) - before).toBeGreaterThanOrEqual(86_400_000);
  expect(Date.parse(body.until) - before).toBeLessThan(86_460_000);
});

test("an alert about a whole source has no series, and says all the same what happened", async () => {
  open(`/alerts/${"4d".repeat(16)}`);
  expect(await screen.findByText(/refuses the query that reads/)).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a broken rule's alert leads to the rule, which is open with its examples", async () => {
  open(`/alerts/${"3c".repeat(16)}`);
  const [link] = await screen.findAllByRole("link", { name: /^Rule credit-in-bounds/ });
  await userEvent.click(link as HTMLElement);
  const examples = await screen.findByRole("region", { name: /^Examples that broke credit-in-bounds/ });
  expect(within(examples).getByText("152000.00")).toBeTruthy();
  expect(screen.getByText("23 broke it, 2.2%")).toBeTruthy();
  expect(screen.getByText("1 retired rule").closest("details")).toHaveProperty("open", false);
});

test("a rule that is refused says at its field what is wrong, and is added once it is right", async () => {
  open(RULES);
  await userEvent.click(await screen.findByRole("button", { name: "Add a rule" }));
  await userEvent.type(screen.getByLabelText("Name"), "sane-score");
  await choose("Demand", "range");
  await screen.findByRole("option", { name: "custentity_credit_score (integer)" });
  expect(screen.queryByRole("option", { name: "email (text)" })).toBeNull();
  await choose("Column", "custentity_credit_score");
  await userEvent.click(screen.getByRole("button", { name: "Add rule" }));
  const min = await screen.findByLabelText("At least");
  expect(await screen.findByText(/^Found neither min nor max/)).toBeTruthy();
  expect(min.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(min);
  await userEvent.type(min, "300");
  await userEvent.click(screen.getByRole("button", { name: "Add rule" }));
  expect(await screen.findByRole("button", { name: /^sane-score/ })).toBeTruthy();
  expect(sent.at(-1)?.body).toMatchObject({ version: 0, expectation: { kind: "range", column: "custentity_credit_score", min: "300" } });
});

test("a rule that somebody else changed meanwhile is not written over", async () => {
  open(`${RULES}?rule=known-terms`);
  await userEvent.click(await screen.findByRole("button", { name: /^Edit\s*known-terms/ }));
  const newer = { version: 1, description: "theirs", expectation: { kind: "not_null", column: "terms" } };
  handle("PUT", "/api/v1/sources/netsuite/streams/customer/rules/known-terms", newer);
  await userEvent.click(screen.getByRole("button", { name: "Save as version 2" }));
  expect((await screen.findByRole("alert")).textContent).toContain("changed by somebody else");
  await userEvent.click(screen.getByRole("button", { name: "Start over from the newest version" }));
  expect(await screen.findByRole("button", { name: "Save as version 3" })).toBeTruthy();
  expect(screen.getByLabelText("Description")).toHaveProperty("value", "theirs");
});

test("a rule is retired only when that is said twice", async () => {
  open(`${RULES}?rule=known-terms`);
  await userEvent.click(await screen.findByRole("button", { name: /^Retire\s*known-terms/ }));
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Really retire?" }));
  expect(await screen.findByText("2 retired rules")).toBeTruthy();
  expect(sent[0]?.address).toMatch(/known-terms\?version=1$/);
});

test("a stream's series are drawn, the unusual ones first and in words", async () => {
  open("/sources/netsuite/streams/customer/measured");
  const unusual = within(await screen.findByRole("region", { name: "Unusual lately" }));
  expect(unusual.getAllByRole("listitem")[0]?.textContent).toContain("brought 12 records");
  const columns = within(screen.getByRole("region", { name: "Columns" }));
  expect(columns.getByRole("img", { name: /^phone over 48 runs/ })).toBeTruthy();
  await choose("Measure", "mean");
  expect(columns.queryByRole("img", { name: /^phone over/ })).toBeNull();
  expect(columns.getByRole("img", { name: /^balancesearch over 48 runs/ })).toBeTruthy();
});

test("a false alarm leaves the unusual, and can be taken back", async () => {
  open("/sources/netsuite/streams/customer/measured");
  await userEvent.click(await screen.findByRole("button", { name: /^This is a false alarm\s*about Shift of the distribution of creditlimit/ }));
  await userEvent.click(await screen.findByText(/^2 false alarms/));
  const unusual = within(screen.getByRole("region", { name: "Unusual lately" }));
  expect(unusual.queryByText(/spread otherwise/)).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: /^It was no false alarm\s*about Shift/ }));
  expect(await unusual.findByText(/spread otherwise/)).toBeTruthy();
});

test("a channel needs a secret of its own kind, and recipients for e-mail", async () => {
  open("/settings");
  await userEvent.click(await screen.findByRole("button", { name: "Add a channel" }));
  await userEvent.type(screen.getByLabelText("Name"), "hook");
  await userEvent.clear(screen.getByLabelText("Name of the secret"));
  await userEvent.type(screen.getByLabelText("Name of the secret"), "netsuite-key");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect(await screen.findByText(/the name of a secret that begins with/)).toBeTruthy();
  await choose("Kind", "email");
  await userEvent.clear(screen.getByLabelText("Name of the secret"));
  await userEvent.type(screen.getByLabelText("Name of the secret"), "alert-mail");
  await userEvent.type(screen.getByLabelText("Recipients"), "a@customer.example, b@customer.example");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect(await screen.findByRole("rowheader", { name: "hook" })).toBeTruthy();
  expect(sent.at(-1)?.body).toEqual({
    kind: "email", secret: "alert-mail", recipients: ["a@customer.example", "b@customer.example"], least_severity: "warning", cool_down_seconds: 3600,
  });
});

test("a channel is removed and a silence ended", async () => {
  open("/settings");
  await userEvent.click(await screen.findByRole("button", { name: /^Remove\s*on-call/ }));
  await userEvent.click(screen.getByRole("button", { name: "Really remove?" }));
  expect(await screen.findByText("Nothing goes to on-call any more")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: /^End now/ }));
  expect(await screen.findByText(/^Nothing is silenced/)).toBeTruthy();
});
