import { Fragment } from "react";

import { integer } from "../format/numbers";
import { Balance } from "./Balance";

export interface Outcome {
  read: number;
  applied: number;
  unchanged: number;
  superseded: number;
  dead_lettered: number;
  balances: boolean;
}

const PARTS: readonly { field: Exclude<keyof Outcome, "read" | "balances">; label: string }[] = [
  { field: "applied", label: "applied" },
  { field: "unchanged", label: "unchanged" },
  { field: "superseded", label: "superseded" },
  { field: "dead_lettered", label: "dead-lettered" },
];

/** read = applied + unchanged + superseded + dead-lettered, written out, and whether it holds. */
export function Accounting({ of, settled }: { of: Outcome; settled: boolean }) {
  return (
    <div className="accounting">
      <p className="equation">
        <span><b>{integer(of.read)}</b> read</span>
        {PARTS.map(({ field, label }, i) => (
          <Fragment key={field}>
            <span className="sign" aria-label={i === 0 ? "equals" : "plus"} role="img">{i === 0 ? "=" : "+"}</span>
            <span className={field === "dead_lettered" && of.dead_lettered > 0 ? "some-dead" : undefined}>
              <b>{integer(of[field])}</b> {label}
            </span>
          </Fragment>
        ))}
      </p>
      <Balance holds={of.balances} settled={settled} />
    </div>
  );
}
