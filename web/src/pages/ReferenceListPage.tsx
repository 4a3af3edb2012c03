import { useState } from "react";

import { useRetireList } from "../api/handling";
import { useReferenceList, useRules } from "../api/quality";
import type { ReferenceList } from "../api/types";
import { ConfirmButton } from "../components/ConfirmButton";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";
import { count, integer } from "../format/numbers";
import { moment } from "../format/time";
import { ListForm } from "../lists/ListForm";
import { ListUsers } from "../lists/ListUsers";
import { ListValues } from "../lists/ListValues";
import { ListVersions } from "../lists/ListVersions";
import { usersOf } from "../lists/users";

/** One list: its values, who uses it, its versions. */
export function ReferenceListPage({ name }: { name: string }) {
  const query = useReferenceList(name);
  const users = usersOf(useRules().data?.items ?? [], name);
  // As it was when the edit began: what is read meanwhile must not take away what was typed.
  const [editing, setEditing] = useState<ReferenceList | null>(null);
  const list = query.data;
  // A deletion is a version without values.
  const last = useReferenceList(name, list?.retired ? list.version - 1 : 0).data;
  const values = list?.retired ? last?.values : list?.values;
  const restart = async () => {
    const { data } = await query.refetch();
    if (data) setEditing(data);
  };
  const stop = () => setEditing(null);
  return (
    <>
      <PageHead
        title={name} crumbs={[{ to: "/lists", label: "Reference lists" }]}
        beside={list?.retired && <span className="badge">deleted</span>}
        actions={list && !editing && <Actions list={list} users={users.length} edit={() => setEditing({ ...list, values: values ?? [] })} />}
      >
        {list && <>Version {integer(list.version)}, <time dateTime={list.since}>{moment(list.since)}</time>, by {list.author}</>}
      </PageHead>
      <Fetched query={query} what="the list">
        {(found) => (
          <>
            <section className="card" aria-labelledby="values">
              <div className="card-head"><h2 id="values">{count(values?.length ?? 0, "value")}{found.retired && ", until it was deleted"}</h2></div>
              {editing
                ? <ListForm key={editing.version} list={editing} done={stop} cancel={stop} restart={() => void restart()} />
                : <ListValues values={values ?? []} />}
            </section>
            <ListUsers rules={users} />
            <ListVersions list={found} />
          </>
        )}
      </Fetched>
    </>
  );
}

function Actions({ list, users, edit }: { list: ReferenceList; users: number; edit: () => void }) {
  const retire = useRetireList();
  const really = users > 0 ? `Really? ${count(users, "rule")} could not be checked` : "Really delete?";
  return (
    <>
      {!list.retired && <ConfirmButton really={really} disabled={retire.isPending} onConfirm={() => retire.mutate(list)}>Delete</ConfirmButton>}
      <button type="button" className="primary" onClick={edit}>{list.retired ? "Bring back" : "Edit"}</button>
    </>
  );
}
