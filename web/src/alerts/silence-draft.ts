/** A silence as a form holds it, and as the API takes it. */
import type { CauseKind, SilenceRequest } from "../api/types";

const HOUR = 3_600_000;

/** The form's way to name an end of one's own. */
export const OTHER = "other";

export const LENGTHS = [
  { value: "1", label: "an hour" }, { value: "24", label: "a day" }, { value: "72", label: "three days" },
  { value: "168", label: "a week" }, { value: "720", label: "30 days" }, { value: OTHER, label: "until a time of your choice" },
];

export interface SilenceDraft {
  /** Empty for all. */
  source: string;
  /** Empty for all. */
  stream: string;
  /** Empty for all. */
  kind: CauseKind | "";
  /** Hours, or `OTHER`. */
  length: string;
  /** Local time, as a `datetime-local` input holds it; only for `OTHER`. */
  until: string;
  reason: string;
}

export function draftOf({ source, stream, kind }: { source: string | null; stream: string | null; kind: CauseKind | null }): SilenceDraft {
  return { source: source ?? "", stream: stream ?? "", kind: kind ?? "", length: "24", until: "", reason: "" };
}

/** @param now Milliseconds. */
export function requestOf({ source, stream, kind, length, until, reason }: SilenceDraft, now: number): SilenceRequest {
  const end = length === OTHER ? new Date(until) : new Date(now + Number(length) * HOUR);
  return { source: source || null, stream: stream || null, kind: kind || null, until: end.toISOString(), reason: reason.trim() };
}
