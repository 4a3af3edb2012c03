import { useEffect, useRef } from "react";

/** Leads to the first field that was refused. @returns what the form takes as `ref`. */
export function useFocusOnFault(error: Error | null) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [error]);
  return form;
}
