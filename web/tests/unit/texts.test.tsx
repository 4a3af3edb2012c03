import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Column, TextStatistics } from "../../src/api/types";
import { TextsPanel } from "../../src/profile/TextsPanel";
import { COLUMNS, customers } from "../fixtures/customers.mjs";
import { profileOf } from "../fixtures/profile.mjs";

const people = customers(400) as Record<string, unknown>[];
const column = (COLUMNS as Column[]).find((each) => each.name === "comments") as Column;
const texts = profileOf(column, people.map((each) => each["comments"])).texts as TextStatistics;

test("texts far longer than others are told with the records that hold them", () => {
  const examples = [{ value: "Lorem ipsum", key: "17", page: "run-1/0", ordinal: 3 }];
  render(<TextsPanel texts={{ ...texts, long: { fence: 212, count: Math.round(texts.count / 4), exact: true, examples } }} />);
  const fact = screen.getByText("over 212 characters, far longer than others").closest("div") as HTMLElement;
  expect(fact.textContent).toMatch(/25(\.\d)?%$/);
  expect(within(screen.getByRole("list", { name: "Records with far longer texts" })).getByText("in record 17")).toBeTruthy();
});

test("where there are none, nothing is said of them", () => {
  render(<TextsPanel texts={texts} />);
  expect(screen.queryByText(/far longer/)).toBeNull();
  expect(screen.queryByRole("list", { name: "Records with far longer texts" })).toBeNull();
});
