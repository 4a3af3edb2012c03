import { useState, type FormEvent } from "react";

import { faultsOf } from "../api/faults";
import { useExclude } from "../api/handling";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { StreamChoice } from "../components/StreamChoice";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { newDraft, placeText, requestOf, type ExclusionDraft } from "./exclusion-draft";

/** Asks what is unlike others when, and why. */
export function ExclusionForm({ done }: { done: () => void }) {
  const exclude = useExclude();
  const [draft, setDraft] = useState(() => newDraft(Date.now()));
  const set = (change: Partial<ExclusionDraft>) => setDraft({ ...draft, ...change });
  const { fields, rest } = faultsOf(exclude.error);
  const form = useFocusOnFault(exclude.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    exclude.mutate(requestOf(draft), { onSuccess: done });
  };
  const place = placeText({ source: draft.source || null, stream: draft.stream || null });
  return (
    <form ref={form} className="card form" aria-label="Excluded time" onSubmit={submit}>
      {rest !== null && <FormFailure error={exclude.error} />}
      <div className="form-grid">
        <StreamChoice place={draft} set={set} faults={fields} />
        <FormField label="From" hint="It may be over already" fault={fields.get("from")} begins>
          {(input) => <input {...input} type="datetime-local" required value={draft.from} onChange={(event) => set({ from: event.target.value })} />}
        </FormField>
        <FormField label="Until" hint="Within 92 days of its beginning" fault={fields.get("until")}>
          {(input) => <input {...input} type="datetime-local" required value={draft.until} onChange={(event) => set({ until: event.target.value })} />}
        </FormField>
        <FormField label="Why" hint="For those who wonder" fault={fields.get("reason")} wide>
          {(input) => <input {...input} required maxLength={1000} value={draft.reason} onChange={(event) => set({ reason: event.target.value })} />}
        </FormField>
      </div>
      <p className="form-note">Runs of {place} that begin in this time are measured and shown, neither judged nor learned from. Rules hold all the same.</p>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={exclude.isPending}>Exclude</button>
        <button type="button" onClick={done}>Cancel</button>
      </p>
    </form>
  );
}
