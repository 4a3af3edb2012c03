import { useEffect, type ReactNode } from "react";
import { Link } from "wouter";

export interface Crumb {
  to: string;
  label: string;
}

interface Props {
  title: string;
  crumbs?: Crumb[];
  /** What stands beside the title, such as a state. */
  beside?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A page's title, the way back up, and what can be done. */
export function PageHead({ title, crumbs = [], beside, actions, children }: Props) {
  useEffect(() => {
    document.title = title === "Forebay" ? title : `${title} – Forebay`;
  }, [title]);
  return (
    <header className="page-head">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumb" className="crumbs">
          {crumbs.map(({ to, label }) => <Link key={to} href={to}>{label}</Link>)}
        </nav>
      )}
      <div className="page-title">
        <h1>{title}</h1>
        {beside}
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children && <div className="page-sub">{children}</div>}
    </header>
  );
}
