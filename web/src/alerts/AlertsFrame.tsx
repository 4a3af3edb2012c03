import type { ReactNode } from "react";

import { PageHead } from "../components/PageHead";
import { Tabs } from "../components/Tabs";

const TABS = [
  { to: "/alerts", label: "Alerts" }, { to: "/silences", label: "Silences" }, { to: "/exclusions", label: "Excluded times" }, { to: "/channels", label: "Channels" },
];

/** The head and the tabs of what people are told, what not, and where. */
export function AlertsFrame({ title, actions, about, children }: { title: string; actions?: ReactNode; about: string; children: ReactNode }) {
  return (
    <>
      <PageHead title={title} actions={actions}>{about}</PageHead>
      <Tabs label="Alerts and where they go" tabs={TABS} />
      {children}
    </>
  );
}
