import { useState, type FormEvent } from "react";

import { faultsOf } from "../api/faults";
import { useSilence } from "../api/handling";
import type { CauseKind } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { StreamChoice } from "../components/StreamChoice";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { draftOf, LENGTHS, OTHER, requestOf, type SilenceDraft } from "./silence-draft";
import { causeText, KINDS } from "./words";

const EVERYTHING = { source: null, stream: null, kind: null };

interface Props {
  /** What is silenced; null where the form asks. */
  cause: { source: string | null; stream: string | null; kind: CauseKind | null } | null;
  done: () => void;
}

/** Asks for how long, and why: others will wonder. */
export function SilenceForm({ cause, done }: Props) {
  const silence = useSilence(true);
  const [draft, setDraft] = useState(() => draftOf(cause ?? EVERYTHING));
  const set = (change: Partial<SilenceDraft>) => setDraft({ ...draft, ...change });
  const { fields, rest } = faultsOf(silence.error);
  const form = useFocusOnFault(silence.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    silence.mutate(requestOf(draft, Date.now()), { onSuccess: done });
  };
  const about = causeText({ source: draft.source || null, stream: draft.stream || null, kind: draft.kind || null });
  return (
    <form ref={form} className="card form" aria-label="Silence" onSubmit={submit}>
      {rest !== null && <FormFailure error={silence.error} />}
      <div className="form-grid">
        {cause === null && (
          <>
            <StreamChoice place={draft} set={set} faults={fields} />
            <FormField label="About" fault={fields.get("kind")}>
              {(input) => (
                <select {...input} value={draft.kind} onChange={(event) => set({ kind: event.target.value as CauseKind | "" })}>
                  <option value="">everything</option>
                  {Object.entries(KINDS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
                </select>
              )}
            </FormField>
          </>
        )}
        <FormField label="For" begins fault={draft.length === OTHER ? undefined : fields.get("until")}>
          {(input) => (
            <select {...input} value={draft.length} onChange={(event) => set({ length: event.target.value })}>
              {LENGTHS.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
            </select>
          )}
        </FormField>
        {draft.length === OTHER && (
          <FormField label="Until" hint="Within 90 days" fault={fields.get("until")}>
            {(input) => <input {...input} type="datetime-local" required value={draft.until} onChange={(event) => set({ until: event.target.value })} />}
          </FormField>
        )}
        <FormField label="Why" hint="For those who wonder" fault={fields.get("reason")} wide>
          {(input) => <input {...input} required maxLength={1000} value={draft.reason} onChange={(event) => set({ reason: event.target.value })} />}
        </FormField>
      </div>
      <p className="form-note">Recorded all the same, and not delivered: alerts about {about}.</p>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={silence.isPending}>Silence</button>
        <button type="button" onClick={done}>Cancel</button>
      </p>
    </form>
  );
}
