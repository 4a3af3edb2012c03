/** Every kind of rule: what it is called, and which fields its author fills in. */
import type { ColumnType, Comparison, Condition, Expectation } from "../api/types";

export type Kind = Expectation["kind"];
export type TestKind = Condition["is"];

export interface Field {
  /** The path in the expectation, as in `when.column`. */
  name: string;
  label: string;
  input: "column" | "columns" | "text" | "lines" | "operator" | "stream" | "list" | "test";
  hint?: string;
  optional?: boolean;
  /** Columns are those of the stream that this field names; else of the rule's own. */
  of?: string;
  /** Whether it begins a row of the form. */
  begins?: boolean;
  /** Only columns of these types. */
  types?: readonly ColumnType[];
}

/** Values of a form by the fields' names; several are one a line. */
export type Values = Readonly<Record<string, string>>;

export const KINDS: Record<Kind, string> = {
  not_null: "has a value",
  pattern: "matches a pattern",
  range: "lies in a range",
  one_of: "is one of some values",
  reference: "is in a reference list",
  unique: "is unique",
  compare: "two columns compare",
  exactly_one: "exactly one column has a value",
  if_then: "if … then …",
  sum_of_lines: "lines add up to their total",
  foreign_key: "is found in another stream",
};

export const OPERATORS: Record<Comparison, string> = {
  less: "<", less_or_equal: "≤", equal: "=", not_equal: "≠", greater_or_equal: "≥", greater: ">",
};

export const TESTS: Record<TestKind, string> = {
  present: "has a value", null: "has no value", compared: "compares with a value", one_of: "is one of some values", matches: "matches a pattern",
};

const ORDERED: readonly ColumnType[] = ["integer", "decimal", "float", "date", "timestamp"];
const REGEX = "Of the whole text, in the syntax of Rust's regex crate, as in [A-Z]{2}\\d+";
const LITERAL = "As in 12.50, true, 2026-03-01 or 2026-03-01T00:00:00Z";
const column: Field = { name: "column", label: "Column", input: "column" };
const lines = (name: string): Field => ({ name, label: "Values", input: "lines", hint: "One a line" });

const FIELDS: Record<Exclude<Kind, "if_then">, readonly Field[]> = {
  not_null: [column],
  pattern: [{ ...column, types: ["text"] }, { name: "regex", label: "Pattern", input: "text", hint: REGEX }],
  range: [
    { ...column, types: ORDERED },
    { name: "min", label: "At least", input: "text", optional: true, hint: LITERAL },
    { name: "max", label: "At most", input: "text", optional: true },
  ],
  one_of: [column, lines("values")],
  reference: [column, { name: "list", label: "Reference list", input: "list" }],
  unique: [{ name: "columns", label: "Columns, together", input: "columns" }],
  compare: [
    { name: "left", label: "Column", input: "column" }, { name: "operator", label: "is", input: "operator" },
    { name: "right", label: "Column to compare with", input: "column" },
  ],
  exactly_one: [{ name: "columns", label: "Columns", input: "columns" }],
  sum_of_lines: [
    { name: "parent_key", label: "Key", input: "column" }, { name: "total", label: "Total", input: "column", types: ["integer", "decimal"] },
    { name: "lines", label: "Stream of the lines", input: "stream" },
    { name: "line_parent", label: "Their column with the key", input: "column", of: "lines" },
    { name: "amount", label: "Their amount", input: "column", of: "lines", types: ["integer", "decimal"] },
    { name: "tolerance", label: "May differ by", input: "text", optional: true, hint: "As in 0.01; nothing means not at all" },
  ],
  foreign_key: [
    column, { name: "references", label: "Other stream", input: "stream" },
    { name: "key", label: "Its column", input: "column", of: "references" },
  ],
};

/** The fields of a kind; those of a condition depend on its test. */
export function fieldsOf(kind: Kind, values: Values): Field[] {
  if (kind === "if_then") return [...condition("when", "If", values), ...condition("then", "Then", values)];
  return [...FIELDS[kind]];
}

function condition(at: "when" | "then", word: string, values: Values): Field[] {
  const test = (values[`${at}.is`] || "present") as TestKind;
  const more: Record<TestKind, Field[]> = {
    present: [], null: [],
    compared: [{ name: `${at}.operator`, label: `${word}: is`, input: "operator" }, { name: `${at}.value`, label: `${word}: value`, input: "text", hint: LITERAL }],
    one_of: [{ ...lines(`${at}.values`), label: `${word}: values` }],
    matches: [{ name: `${at}.regex`, label: `${word}: pattern`, input: "text", hint: REGEX }],
  };
  return [
    { name: `${at}.column`, label: `${word}: column`, input: "column", begins: true },
    { name: `${at}.is`, label: `${word}: test`, input: "test" },
    ...more[test],
  ];
}
