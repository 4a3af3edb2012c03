import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "wouter";

import { OpenAlerts } from "../alerts/OpenAlerts";
import { Boundary } from "./Boundary";
import { Brand } from "./Brand";

const PLACES: readonly { to: string; label: string; owns: (path: string) => boolean }[] = [
  { to: "/", label: "Sources", owns: (path) => path === "/" || path.startsWith("/sources") },
  { to: "/runs", label: "Runs", owns: (path) => path.startsWith("/runs") },
  { to: "/rules", label: "Rules", owns: (path) => path.startsWith("/rules") || path.startsWith("/lists") },
  { to: "/alerts", label: "Alerts", owns: (path) => ["/alerts", "/silences", "/exclusions", "/channels"].some((start) => path.startsWith(start)) },
  { to: "/dead-letters", label: "Dead letters", owns: (path) => path.startsWith("/dead-letters") },
  { to: "/api-docs", label: "API", owns: (path) => path.startsWith("/api-docs") },
];

/** What surrounds every page: the way around, and the place for content. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const main = useFocusOnArrival(path);
  return (
    <>
      <a className="skip" href="#main">Skip to content</a>
      <header className="top">
        <div className="top-inner">
          <Link href="/" className="brand" aria-label="Forebay, start page"><Brand /> Forebay</Link>
          <nav aria-label="Main">
            {PLACES.map(({ to, label, owns }) => (
              <Link key={to} href={to} aria-current={owns(path) ? "page" : undefined}>
                {label}{to === "/alerts" && <OpenAlerts />}
              </Link>
            ))}
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main}><Boundary at={path}>{children}</Boundary></main>
    </>
  );
}

/** A link that was followed is gone with its page; the focus then goes on from the new page's start. */
function useFocusOnArrival(path: string) {
  const main = useRef<HTMLElement>(null);
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    window.scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus();
  }, [path]);
  return main;
}
