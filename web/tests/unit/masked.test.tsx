import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Column, NumberStatistics } from "../../src/api/types";
import { NumbersPanel } from "../../src/profile/NumbersPanel";
import { COLUMNS, customers } from "../fixtures/customers.mjs";
import { profileOf } from "../fixtures/profile.mjs";

const people = customers(400) as Record<string, unknown>[];
const column = (COLUMNS as Column[]).find((each) => each.name === "creditlimit") as Column;
const plain = profileOf(column, people.map((each) => each["creditlimit"])).numbers as NumberStatistics;

const masked: NumberStatistics = {
  ...plain, masked: true, mean: null, sum: null, standard_deviation: null, skewness: null, kurtosis: null,
  quantiles: [], histogram: [], outliers: null, leading_digits: null,
};

test("masked figures are called so and never shown as zero", () => {
  const { container } = render(<NumbersPanel column={column} numbers={masked} />);
  for (const name of ["mean", "standard deviation", "sum", "quantiles"]) {
    const fact = screen.getByText(name).closest("div") as HTMLElement;
    expect(within(fact).getByText("masked")).toBeTruthy();
  }
  expect(container.textContent).not.toMatch(/NaN|mean0|sum0/);
});

test("figures that are not masked are shown, and a missing one is no zero", () => {
  const { container } = render(<NumbersPanel column={column} numbers={{ ...plain, mean: null, sum: null }} />);
  expect(container.textContent).not.toContain("masked");
  expect(container.textContent).toContain("mean–");
  expect(container.textContent).toContain("sum–");
});
