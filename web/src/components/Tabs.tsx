import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";

interface Props {
  /** Names the group for those who do not see it. */
  label: string;
  tabs: readonly { to: string; label: string }[];
}

/** Pages that belong together, side by side. */
export function Tabs({ label, tabs }: Props) {
  const [path] = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the row scrolls, and this page's own tab may be out of it.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [path]);
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <Link key={to} href={to} aria-current={samePlace(path, to) ? "page" : undefined}>{name}</Link>
      ))}
    </nav>
  );
}

const samePlace = (a: string, b: string): boolean => decodeURI(a) === decodeURI(b);
