import { createContext, useContext } from "react";

export interface Toast {
  tone: "good" | "bad";
  title: string;
  detail?: string;
}

export const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Gives the function that shows a short message. */
export const useToast = () => useContext(ToastContext);
