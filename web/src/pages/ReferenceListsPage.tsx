import { useState } from "react";
import { useLocation } from "wouter";

import { useReferenceLists, useRules } from "../api/quality";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { count } from "../format/numbers";
import { ListForm } from "../lists/ListForm";
import { ListTable, listPath } from "../lists/ListTable";
import { RulesFrame } from "../rules/RulesFrame";

/** Values that rules refer to by name. */
export function ReferenceListsPage() {
  const lists = useReferenceLists();
  const rules = useRules().data?.items;
  const [adding, setAdding] = useState(false);
  const [, go] = useLocation();
  return (
    <RulesFrame
      title="Reference lists" about="Values that rules refer to by name, so that they are kept in one place."
      actions={<button type="button" className="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>New list</button>}
    >
      {adding && <div className="card"><ListForm list={null} done={(name) => go(listPath(name))} cancel={() => setAdding(false)} /></div>}
      <Fetched query={lists} what="the lists">
        {({ items }) => {
          const [held, deleted] = [items.filter(({ retired }) => !retired), items.filter(({ retired }) => retired)];
          return (
            <>
              {held.length === 0
                ? <Empty title="No list yet">A list holds the values that a column may have, such as statuses, currencies or countries.</Empty>
                : <ListTable lists={held} rules={rules} label="Reference lists" />}
              {deleted.length > 0 && (
                <details className="card fold apart">
                  <summary>{count(deleted.length, "deleted list")}, to look at or to bring back</summary>
                  <ListTable lists={deleted} rules={rules} label="Deleted lists" />
                </details>
              )}
            </>
          );
        }}
      </Fetched>
    </RulesFrame>
  );
}
