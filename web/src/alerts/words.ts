/** Words and tones for alerts. */
import type { AlertState, CauseKind, ChannelKind, Severity } from "../api/types";

export const KINDS: Record<CauseKind, string> = {
  flow: "volume and freshness",
  content: "what columns hold",
  schema: "schema",
  rules: "rules",
};

export const CHANNELS: Record<ChannelKind, string> = { webhook: "webhook", teams: "Teams", email: "e-mail" };

export const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];
export const STATES: readonly AlertState[] = ["open", "acknowledged", "resolved"];

export const kindChoices = Object.entries(KINDS).map(([value, label]) => ({ value, label }));

/** `volume and freshness of netsuite / customer`; what is left out matches all. */
export function causeText({ source, stream, kind }: { source: string | null; stream: string | null; kind: CauseKind | null }): string {
  const what = kind ? KINDS[kind] : "everything";
  if (!source) return stream ? `${what} of every ${stream}` : `${what}, everywhere`;
  return `${what} of ${source}${stream ? ` / ${stream}` : ", all streams"}`;
}

export function streamPath(source: string, stream: string): string {
  return `/sources/${encodeURIComponent(source)}/streams/${encodeURIComponent(stream)}`;
}
