import { Link, useLocation } from "wouter";

interface Props {
  /** Names the group for those who do not see it. */
  label: string;
  tabs: readonly { to: string; label: string }[];
}

/** Pages that belong together, side by side. */
export function Tabs({ label, tabs }: Props) {
  const [path] = useLocation();
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <Link key={to} href={to} aria-current={samePlace(path, to) ? "page" : undefined}>{name}</Link>
      ))}
    </nav>
  );
}

const samePlace = (a: string, b: string): boolean => decodeURI(a) === decodeURI(b);
