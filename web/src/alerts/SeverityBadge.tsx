import type { Severity } from "../api/types";

const TONES: Record<Severity, string> = { critical: "bad", warning: "warn", info: "idle" };

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <span className={`badge ${TONES[severity]}`}>{severity}</span>;
}
