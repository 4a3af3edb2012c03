/** A channel as a form holds it, and as the API takes it. */
import type { AlertChannel, ChannelKind, ChannelRequest, Severity } from "../api/types";

export interface ChannelDraft {
  id: string;
  kind: ChannelKind;
  /** Null while it follows the name. */
  secret: string | null;
  /** One a line, or with commas between. */
  recipients: string;
  leastSeverity: Severity;
  minutes: string;
}

const NEW_CHANNEL: ChannelDraft = { id: "", kind: "webhook", secret: null, recipients: "", leastSeverity: "warning", minutes: "60" };

export function draftOf(channel: AlertChannel | null): ChannelDraft {
  if (!channel) return NEW_CHANNEL;
  const { id, kind, secret, recipients, least_severity, cool_down_seconds } = channel;
  return { id, kind, secret, recipients: recipients.join("\n"), leastSeverity: least_severity, minutes: String(cool_down_seconds / 60) };
}

/** The name of the secret: what was typed, or what follows from the channel's name; none until it can.
 *  @param prefix What the tenant's secrets begin with; empty while it is read. */
export function secretOf({ id, secret }: ChannelDraft, prefix: string): string {
  if (secret !== null) return secret;
  if (prefix === "") return "";
  // Names of secrets have letters, digits and single hyphens.
  return prefix + id.trim().replace(/[^0-9A-Za-z]+/g, "-").replace(/^-|-$/g, "");
}

export function requestOf(draft: ChannelDraft, prefix: string): ChannelRequest {
  const { kind, recipients, leastSeverity, minutes } = draft;
  const all = recipients.split(/[\s,;]+/).filter(Boolean);
  return {
    kind, secret: secretOf(draft, prefix).trim(), recipients: kind === "email" ? all : [], least_severity: leastSeverity,
    cool_down_seconds: Math.round(Number(minutes) * 60),
  };
}
