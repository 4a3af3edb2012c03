import { useCallback, useMemo, useRef, useState, type ReactNode } from "react";

import { ToastContext, type Toast } from "./toast-context";

/** Good news goes by itself; a problem stays until it was read. */
const GOOD_NEWS_MS = 5_000;
const MOST = 4;

interface Shown extends Toast {
  id: number;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Shown[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback((toast: Toast) => {
    const id = next.current++;
    setToasts((all) => [...all.slice(1 - MOST), { ...toast, id }]);
    if (toast.tone === "good") setTimeout(() => close(id), GOOD_NEWS_MS);
  }, [close]);
  const stack = useMemo(() => toasts.map((toast) => (
    <div key={toast.id} className={`toast ${toast.tone}`} role={toast.tone === "bad" ? "alert" : "status"}>
      <div><strong>{toast.title}</strong>{toast.detail && <p>{toast.detail}</p>}</div>
      <button type="button" className="quiet" aria-label="Dismiss" onClick={() => close(toast.id)}>×</button>
    </div>
  )), [toasts, close]);
  return (
    <ToastContext value={show}>
      {children}
      <section className="toasts" aria-label="Messages">{stack}</section>
    </ToastContext>
  );
}
