import { useState, type ReactNode } from "react";

interface Props {
  children: ReactNode;
  /** What the second press says. */
  really: ReactNode;
  disabled?: boolean;
  onConfirm: () => void;
}

/** Asks once more before it does what is not easily undone. */
export function ConfirmButton({ children, really, disabled = false, onConfirm }: Props) {
  const [asked, setAsked] = useState(false);
  const press = () => {
    if (asked) onConfirm();
    setAsked(!asked);
  };
  return (
    <button type="button" className={asked ? "danger" : undefined} disabled={disabled} onClick={press} onBlur={() => setAsked(false)}>
      {asked ? really : children}
    </button>
  );
}
