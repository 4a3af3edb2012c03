import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { App } from "../../src/app";
import { served } from "./served";

let asked: string[];
const compared = () => asked.filter((address) => address.includes("/compare?"));

beforeEach(() => {
  ({ asked } = served());
  window.history.replaceState(null, "", "/ui/sources/netsuite/streams/customer/compared");
  render(<App />);
});
afterEach(() => vi.unstubAllGlobals());

const table = () => within(screen.getByRole("region", { name: "Compared columns (table)" }));

test("the newest two runs are compared, and what changed is named", async () => {
  await screen.findByRole("heading", { name: "3 columns changed" });
  expect(compared()[0]).toMatch(/from=run-20260301T0[89]0000.*&to=run-20260301T100000/);
  expect(within(table().getByRole("row", { name: /^email/ })).getByText(/30 % are null/)).toBeTruthy();
  expect(within(table().getByRole("row", { name: /^creditlimit/ })).getByText("large, index 0.42")).toBeTruthy();
  expect(within(table().getByRole("row", { name: /^fax/ })).getByText("gone")).toBeTruthy();
  expect(table().queryByRole("rowheader", { name: "id" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: /columns that did not change/ }));
  expect(table().getByRole("rowheader", { name: "id" })).toBeTruthy();
});

test("other runs can be chosen", async () => {
  const from = await screen.findByLabelText("From");
  const options = within(from).getAllByRole("option") as HTMLOptionElement[];
  const last = options.at(-1)?.value ?? "";
  await userEvent.selectOptions(screen.getByLabelText("To"), last);
  await vi.waitFor(() => expect(compared().at(-1)).toContain(`to=${last}`));
});
