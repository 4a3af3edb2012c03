/** How a column's numbers are written: dates and instants count as seconds since 1970. */
import type { Column } from "../api/types";
import { figure } from "./numbers";
import { duration, epochDate } from "./time";

export type Temporal = "date" | "timestamp";

export const temporal = (column: Column): Temporal | null =>
  column.type === "date" || column.type === "timestamp" ? column.type : null;

export function valueText(column: Column): (value: number) => string {
  const kind = temporal(column);
  if (kind) return (value) => epochDate(value);
  return figure;
}

/** A distance between values, such as a standard deviation. */
export function spreadText(column: Column): (value: number) => string {
  if (!temporal(column)) return figure;
  return (seconds) => (seconds >= 86_400 ? `${figure(Math.round(seconds / 86_400))} d` : duration(seconds * 1000));
}

/** `decimal(18, 2)` */
export function typeText(column: Column): string {
  if (column.type !== "decimal" || column.precision == null) return column.type;
  return `decimal(${column.precision}, ${column.scale ?? 0})`;
}

/** A stored extreme as text: instants lose their zeros. */
export function extremeText(column: Column, text: string | null): string {
  if (text === null) return "–";
  if (column.type === "timestamp") return text.slice(0, 16).replace("T", " ");
  if (column.type === "text" || column.type === "json") return text;
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? figure(number) : text;
}
