/** An excluded time as a form holds it, and as the API takes it. */
import type { ExclusionRequest } from "../api/types";

export interface ExclusionDraft {
  /** Empty for all. */
  source: string;
  /** Empty for all. */
  stream: string;
  /** Local time, as a `datetime-local` input holds it. */
  from: string;
  /** Local time; the first moment after it. */
  until: string;
  reason: string;
}

/** The day that `now` (milliseconds) is in, of the reader's zone: most are whole days. */
export function newDraft(now: number): ExclusionDraft {
  const day = new Date(now);
  const next = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  return { source: "", stream: "", from: `${dayOf(day)}T00:00`, until: `${dayOf(next)}T00:00`, reason: "" };
}

function dayOf(date: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function requestOf({ source, stream, from, until, reason }: ExclusionDraft): ExclusionRequest {
  const instant = (local: string) => new Date(local).toISOString();
  return { source: source || null, stream: stream || null, from: instant(from), until: instant(until), reason: reason.trim() };
}

/** `netsuite / item`, `netsuite, all streams`, `every source`. */
export function placeText({ source, stream }: { source: string | null; stream: string | null }): string {
  if (!source) return "every source";
  return stream ? `${source} / ${stream}` : `${source}, all streams`;
}
