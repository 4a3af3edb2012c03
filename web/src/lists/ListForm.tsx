import { useState, type ChangeEvent, type FormEvent } from "react";

import { ApiProblem } from "../api/client";
import { faultsOf } from "../api/faults";
import { usePutList } from "../api/handling";
import type { ReferenceList } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { count } from "../format/numbers";
import { textOf, valuesOf } from "./values";

interface Props {
  /** The version that is edited, with its values; null for a new list. */
  list: ReferenceList | null;
  done: (name: string) => void;
  cancel: () => void;
  /** Reads the list again and starts over from its newest version. */
  restart?: () => void;
}

/** Writes a reference list's next version. */
export function ListForm({ list, done, cancel, restart }: Props) {
  const put = usePutList();
  const [name, setName] = useState(list?.name ?? "");
  const [text, setText] = useState(textOf(list?.values ?? []));
  const { fields, rest } = faultsOf(put.error);
  const form = useFocusOnFault(put.error);
  const values = valuesOf(text);
  const version = list?.version ?? 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ name: name.trim(), request: { version, values } }, { onSuccess: (written) => done(written.name) });
  };
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = target.files?.[0];
    if (chosen) setText(textOf(valuesOf(await chosen.text())));
    target.value = "";
  };
  return (
    <form ref={form} className="form sunken" aria-label={list ? `List ${list.name}` : "New list"} onSubmit={submit}>
      {rest !== null && (
        <FormFailure error={put.error}><Conflict error={put.error} list={list} restart={restart} /></FormFailure>
      )}
      <div className="form-grid">
        {list === null && (
          <FormField label="Name" hint="As in statuses; rules refer to it, so it stays" fault={fields.get("name")}>
            {(input) => <input {...input} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
          </FormField>
        )}
        <FormField label="Values, one a line" hint={`${count(values.length, "value")}. 1 and 1.00 are equal, \`a\` and \`A\` are not.`} fault={fields.get("values")} wide begins>
          {(input) => (
            <textarea {...input} className="mono" required rows={Math.min(18, Math.max(6, values.length + 1))} value={text}
              onChange={(event) => setText(event.target.value)} />
          )}
        </FormField>
        <FormField label="From a file" hint="Text with one value a line; it takes the place of what stands above" begins>
          {(input) => <input {...input} type="file" accept=".txt,.csv,.tsv,text/plain,text/csv" onChange={(event) => void read(event)} />}
        </FormField>
      </div>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={put.isPending}>{list ? `Save as version ${version + 1}` : "Create list"}</button>
        <button type="button" onClick={cancel}>Cancel</button>
      </p>
    </form>
  );
}

/** Somebody else wrote a version meanwhile, or took the name. */
function Conflict({ error, list, restart }: { error: Error | null; list: ReferenceList | null; restart?: (() => void) | undefined }) {
  if (!(error instanceof ApiProblem) || error.status !== 409) return null;
  if (list === null) return <p>A list of this name is there already, or was and is deleted: open that one, or choose another name.</p>;
  return restart ? <button type="button" onClick={restart}>Start over from the newest version</button> : null;
}
