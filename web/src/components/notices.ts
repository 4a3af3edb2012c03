import type { Notice } from "../api/types";

interface Kind {
  /** `bad` costs records until somebody acts, `warn` deserves a look, `idle` was overcome or is news. */
  tone: "bad" | "warn" | "idle";
  label: string;
}

/** Every kind of notice, in few words. */
export const KINDS: Record<Notice["kind"], Kind> = {
  unauthorized: { tone: "bad", label: "credentials refused" },
  misconfigured: { tone: "bad", label: "misconfigured" },
  contradiction: { tone: "bad", label: "contradicts itself" },
  forbidden: { tone: "warn", label: "not permitted" },
  rejected_columns: { tone: "warn", label: "columns refused" },
  gone_cursor: { tone: "warn", label: "bookmark gone" },
  count_mismatch: { tone: "warn", label: "counts differ" },
  empty_or_forbidden: { tone: "warn", label: "empty or forbidden" },
  not_profiled: { tone: "warn", label: "pages not profiled" },
  not_measured: { tone: "warn", label: "not measured" },
  throttled: { tone: "idle", label: "slowed down" },
  transient: { tone: "idle", label: "tried again" },
  columns_added: { tone: "idle", label: "columns added" },
  columns_returned: { tone: "idle", label: "columns back" },
  type_widened: { tone: "idle", label: "type widened" },
};

const WEIGHT = { bad: 0, warn: 1, idle: 2 };

/** What somebody has to act on comes first. */
export function byWeight(a: Notice, b: Notice): number {
  return WEIGHT[KINDS[a.kind].tone] - WEIGHT[KINDS[b.kind].tone] || (a.stream ?? "").localeCompare(b.stream ?? "");
}
