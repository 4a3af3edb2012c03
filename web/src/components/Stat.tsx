import type { ReactNode } from "react";

/** A figure with its name. Belongs into a `<dl className="stats">`. */
export function Stat({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="stat">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
