import type { ReactNode } from "react";

import { PageHead } from "../components/PageHead";
import { Tabs } from "../components/Tabs";

const TABS = [{ to: "/rules", label: "Rules" }, { to: "/lists", label: "Reference lists" }];

/** The head and the tabs of what is demanded of all streams. */
export function RulesFrame({ title, actions, about, children }: { title: string; actions?: ReactNode; about: string; children: ReactNode }) {
  return (
    <>
      <PageHead title={title} actions={actions}>{about}</PageHead>
      <Tabs label="What is demanded" tabs={TABS} />
      {children}
    </>
  );
}
