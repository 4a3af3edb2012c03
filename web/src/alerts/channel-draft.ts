/** A channel as a form holds it, and as the API takes it. */
import type { ChannelKind, ChannelRequest, Severity } from "../api/types";

export interface ChannelDraft {
  id: string;
  kind: ChannelKind;
  secret: string;
  /** One a line, or with commas between. */
  recipients: string;
  leastSeverity: Severity;
  minutes: string;
}

export const NEW_CHANNEL: ChannelDraft = {
  id: "", kind: "webhook", secret: "alert-", recipients: "", leastSeverity: "warning", minutes: "60",
};

export function requestOf({ kind, secret, recipients, leastSeverity, minutes }: ChannelDraft): ChannelRequest {
  const all = recipients.split(/[\s,;]+/).filter(Boolean);
  return {
    kind, secret: secret.trim(), recipients: kind === "email" ? all : [], least_severity: leastSeverity,
    cool_down_seconds: Math.round(Number(minutes) * 60),
  };
}
