import type { ReactNode } from "react";

/** A wide table in its own scroll area, which the keyboard reaches too. */
export function Scroller({ label, children }: { label: string; children: ReactNode }) {
  return <div className="scroller" role="region" aria-label={`${label} (table)`} tabIndex={0}>{children}</div>;
}
