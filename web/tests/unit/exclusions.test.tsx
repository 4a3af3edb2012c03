import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { newDraft, placeText, requestOf } from "../../src/alerts/exclusion-draft";
import { App } from "../../src/app";
import { served } from "./served";

let sent: ReturnType<typeof served>["sent"];

beforeEach(() => {
  ({ sent } = served());
  window.history.replaceState(null, "", "/ui/exclusions");
  render(<App />);
});
afterEach(() => vi.unstubAllGlobals());

const put = async (label: string, value: string) => {
  await userEvent.clear(screen.getByLabelText(label));
  await userEvent.type(screen.getByLabelText(label), value);
};

test("a draft is the whole day it is made on, also at the end of a month and of a year", () => {
  const { from, until } = newDraft(new Date(2026, 11, 31, 23, 59).getTime());
  expect([from, until]).toEqual(["2026-12-31T00:00", "2027-01-01T00:00"]);
  const request = requestOf({ source: "", stream: "", from, until, reason: " closed " });
  expect(request).toEqual({
    source: null, stream: null, from: new Date(2026, 11, 31).toISOString(), until: new Date(2027, 0, 1).toISOString(), reason: "closed",
  });
});

test("what is excluded is said in words", () => {
  const places = [{ source: null, stream: null }, { source: "crm", stream: null }, { source: "crm", stream: "deal" }];
  expect(places.map(placeText)).toEqual(["every source", "crm, all streams", "crm / deal"]);
});

test("a time is excluded after the fact, and its end is refused where it stands", async () => {
  await userEvent.click(await screen.findByRole("button", { name: "Exclude a time" }));
  await screen.findByRole("option", { name: "netsuite" });
  await userEvent.selectOptions(screen.getByLabelText("Source"), "netsuite");
  await screen.findByRole("option", { name: "customer" });
  await userEvent.selectOptions(screen.getByLabelText("Stream"), "customer");
  await put("From", "2026-02-24T00:00");
  await put("Until", "2026-02-23T00:00");
  await userEvent.type(screen.getByLabelText("Why"), "stocktaking");
  await userEvent.click(screen.getByRole("button", { name: "Exclude" }));
  expect(await screen.findByText(/, 92 days later at most/)).toBeTruthy();
  expect(screen.getByLabelText("Until").getAttribute("aria-invalid")).toBe("true");
  await put("Until", "2026-02-25T00:00");
  await userEvent.click(screen.getByRole("button", { name: "Exclude" }));
  await screen.findByRole("row", { name: /^netsuite \/ customer.*24 Feb 2026.*over.*25 Feb 2026.*stocktaking/ });
  expect(sent.at(-1)?.body).toEqual({
    source: "netsuite", stream: "customer", reason: "stocktaking",
    from: new Date(2026, 1, 24).toISOString(), until: new Date(2026, 1, 25).toISOString(),
  });
});

test("an excluded time is removed once that is said twice, and then nothing is excluded", async () => {
  const row = await screen.findByRole("row", { name: /^netsuite, all streams.*the office was closed/ });
  await userEvent.click(within(row).getByRole("button", { name: /^Remove/ }));
  expect(sent).toEqual([]);
  await userEvent.click(within(row).getByRole("button", { name: "Really remove?" }));
  expect(await screen.findByText("No time is excluded")).toBeTruthy();
  expect(sent.at(-1)).toMatchObject({ method: "DELETE", address: "/api/v1/exclusions/0198-holiday" });
});
