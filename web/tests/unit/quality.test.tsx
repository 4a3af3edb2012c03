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
  expect(screen.getByText("Resolved", { selector: "dt" })).toBeTruthy();
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

test("what the rules came to in a run is told, the broken ones first, with examples on demand", async () => {
  open("/runs/run-20260301T100000-3f9a");
  const card = within(await screen.findByRole("region", { name: "Rules" }));
  const rows = (await card.findAllByRole("row")).slice(1).map((row) => row.textContent ?? "");
  expect(rows[0]).toMatch(/^credit-in-bounds.*23 broke it, 2.2%.*1,064231%$/);
  expect(rows[1]).toMatch(/^terms-exist.*no table yet.*could not be checked/);
  expect(card.queryByText("152000.00")).toBeNull();
  await userEvent.click(card.getByRole("button", { name: /^4 examples\s*of credit-in-bounds/ }));
  expect(card.getByText("152000.00")).toBeTruthy();
});

test("a run that no rule looked at says why", async () => {
  const real = handle;
  const none = { status: 200, body: { items: [], next: null } };
  handle = (method, address, body) => (/\/outcomes|\/rules/.test(address) ? none : real(method, address, body));
  open("/runs/run-20260301T100000-3f9a");
  expect(await screen.findByText(/^No rule holds for a stream of netsuite yet/)).toBeTruthy();
});

test("all streams' rules stand in one table, and one is added once it is known of which stream", async () => {
  open("/rules");
  const table = within(await screen.findByRole("region", { name: "Rules (table)" }));
  expect(await table.findByText("23 broke it, 2.2%")).toBeTruthy();
  expect(table.queryByText("name-present")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Add a rule" }));
  expect(screen.queryByRole("button", { name: "Add rule" })).toBeNull();
  await userEvent.selectOptions(screen.getAllByLabelText("Source")[0] as HTMLElement, "netsuite");
  await screen.findByRole("option", { name: "customer" });
  await choose("Stream", "customer");
  await userEvent.type(screen.getByLabelText("Name"), "mailed");
  await screen.findByRole("option", { name: "email (text)" });
  await choose("Column", "email");
  await userEvent.click(screen.getByRole("button", { name: "Add rule" }));
  expect(await table.findByRole("link", { name: "mailed" })).toBeTruthy();
  expect(sent.at(-1)?.address).toBe("/api/v1/sources/netsuite/streams/customer/rules/mailed");
});

test("a channel's secret is called as the tenant's are, after the channel, until somebody names it", async () => {
  open("/channels");
  await userEvent.click(await screen.findByRole("button", { name: "Add a channel" }));
  const secret = screen.getByLabelText("Name of the secret");
  await userEvent.type(screen.getByLabelText("Name"), "data_team.night");
  expect(secret).toHaveProperty("value", "alert-acme--data-team-night");
  expect(screen.getByLabelText("Command").textContent).toContain("--name alert-acme--data-team-night");
  await userEvent.clear(secret);
  await userEvent.type(secret, "netsuite-key");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect((await screen.findByText(/the name of a secret that begins with/)).textContent).toContain("alert-acme--");
  expect(document.activeElement).toBe(secret);
  await choose("Kind", "email");
  await userEvent.clear(secret);
  await userEvent.type(secret, "alert-acme--mail");
  await userEvent.type(screen.getByLabelText("Recipients"), "a@customer.example, b@customer.example");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect(await screen.findByRole("rowheader", { name: "data_team.night" })).toBeTruthy();
  expect(sent.at(-1)?.body).toEqual({
    kind: "email", secret: "alert-acme--mail", recipients: ["a@customer.example", "b@customer.example"], least_severity: "warning", cool_down_seconds: 3600,
  });
});

test("a channel is changed, then removed", async () => {
  open("/channels");
  await userEvent.click(await screen.findByRole("button", { name: /^Edit\s*on-call/ }));
  expect(screen.getByLabelText("Recipients")).toHaveProperty("value", "oncall@customer.example\nlead@customer.example");
  await choose("From severity", "warning");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect(await screen.findByText("Alerts go to on-call now")).toBeTruthy();
  expect(sent.at(-1)?.body).toMatchObject({ kind: "email", secret: "alert-acme--mail", least_severity: "warning", cool_down_seconds: 900 });
  await userEvent.click(await screen.findByRole("button", { name: /^Remove\s*on-call/ }));
  await userEvent.click(screen.getByRole("button", { name: "Really remove?" }));
  expect(await screen.findByText("Nothing goes to on-call any more")).toBeTruthy();
});

test("a channel is tested, and says what its receiver answered or what to do", async () => {
  open("/channels");
  const test = async (channel: RegExp) => userEvent.click(await screen.findByRole("button", { name: channel }));
  await test(/^Send a test\s*to data-team/);
  const taken = await screen.findByRole("status");
  expect(taken.textContent).toContain("It answered 202 Accepted after 132 ms.");
  expect(taken.textContent).toContain("look into the channel too");
  expect(sent.at(-1)).toEqual({ method: "POST", address: "/api/v1/alert-channels/data-team/test", body: undefined });
  await test(/^Send a test\s*to on-call/);
  const refused = await screen.findByRole("alert");
  expect(refused.textContent).toContain("The channel's receiver refuses us");
  expect(refused.textContent).toMatch(/SMTP code 550.*Look whether the receiver still exists/);
  expect(screen.getByRole("status")).toBe(taken);
  for (let again = 0; again < 4; again += 1) await test(/^Send a test\s*to data-team/);
  expect(await screen.findByText("As many tests were sent lately as may be")).toBeTruthy();
  expect(screen.queryByRole("status")).toBeNull();
});

test("what a test said of a channel goes when the channel changes", async () => {
  open("/channels");
  await userEvent.click(await screen.findByRole("button", { name: /^Send a test\s*to data-team/ }));
  await screen.findByRole("status");
  await userEvent.click(screen.getByRole("button", { name: /^Edit\s*data-team/ }));
  await choose("Kind", "webhook");
  await userEvent.click(screen.getByRole("button", { name: "Save channel" }));
  expect(await screen.findByText("Alerts go to data-team now")).toBeTruthy();
  await vi.waitFor(() => expect(screen.queryByText(/took the test message/)).toBeNull());
});

test("something is silenced from a page of its own, and heard of again", async () => {
  open("/silences");
  await userEvent.click(await screen.findByRole("button", { name: "New silence" }));
  await screen.findByRole("option", { name: "netsuite" });
  await choose("Source", "netsuite");
  await screen.findByRole("option", { name: "customer" });
  await choose("Stream", "customer");
  await choose("About", "content");
  await choose("For", "other");
  await userEvent.type(screen.getByLabelText("Until"), "2020-01-01T08:00");
  await userEvent.type(screen.getByLabelText("Why"), "segments are sorted anew");
  await userEvent.click(screen.getByRole("button", { name: "Silence" }));
  expect(await screen.findByText(/within the next 90 days/)).toBeTruthy();
  expect(screen.getByLabelText("Until").getAttribute("aria-invalid")).toBe("true");
  await choose("For", "1");
  await userEvent.click(screen.getByRole("button", { name: "Silence" }));
  const row = await screen.findByRole("row", { name: /^what columns hold of netsuite \/ customer.*in (60 min|1 h)/ });
  expect(sent.at(-1)?.body).toMatchObject({ source: "netsuite", stream: "customer", kind: "content", reason: "segments are sorted anew" });
  await userEvent.click(within(row).getByRole("button", { name: /^End now/ }));
  expect(await screen.findByText("The silence has ended")).toBeTruthy();
});

test("without a silence the page says so, and where else one is made", async () => {
  open("/silences");
  await userEvent.click(await screen.findByRole("button", { name: /^End now/ }));
  expect(await screen.findByText("Nothing is silenced")).toBeTruthy();
});
