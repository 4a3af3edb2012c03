import { useId, type ReactNode } from "react";

import { Inline } from "../docs/Prose";

interface InputProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface Props {
  label: string;
  hint?: string | undefined;
  /** What is wrong with what stands here. */
  fault?: string | undefined;
  wide?: boolean;
  /** Whether it begins a row. */
  begins?: boolean;
  children: (input: InputProps) => ReactNode;
}

/** A control with its name above, and below it help or what is wrong. */
export function FormField({ label, hint, fault, wide = false, begins = false, children }: Props) {
  const id = useId();
  const said = fault ?? hint;
  return (
    <div className={`form-field${wide ? " wide" : ""}${begins ? " begins" : ""}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": said ? `${id}-said` : undefined, "aria-invalid": fault ? true : undefined })}
      {said && <p id={`${id}-said`} className={fault ? "form-said bad-text" : "form-said"}><Inline text={said} /></p>}
    </div>
  );
}
