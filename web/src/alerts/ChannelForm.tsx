import { useState, type FormEvent } from "react";

import { faultsOf } from "../api/faults";
import { usePutChannel } from "../api/handling";
import type { ChannelKind, Severity } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { NEW_CHANNEL, requestOf, type ChannelDraft } from "./channel-draft";
import { CHANNELS, SEVERITIES } from "./words";

const ADDRESSES: Record<ChannelKind, string> = {
  webhook: "the webhook's URL", teams: "the Teams workflow's URL", email: "smtps://user:password@host:465?from=name@example.com",
};

/** A new channel, or one that is written over. */
export function ChannelForm({ taken, done }: { taken: string[]; done: () => void }) {
  const put = usePutChannel();
  const [draft, setDraft] = useState(NEW_CHANNEL);
  const set = (change: Partial<ChannelDraft>) => setDraft({ ...draft, ...change });
  const { fields, rest } = faultsOf(put.error);
  const form = useFocusOnFault(put.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ id: draft.id.trim(), request: requestOf(draft) }, { onSuccess: done });
  };
  const over = taken.includes(draft.id.trim()) ? "There is one of this name: it is written over" : "For example data-team";
  return (
    <form ref={form} className="form sunken" aria-label="Channel" onSubmit={submit}>
      {rest !== null && <FormFailure error={put.error} />}
      <div className="form-grid">
        <FormField label="Name" hint={over} fault={fields.get("channel")}>
          {(input) => <input {...input} required pattern="[A-Za-z0-9_.\-]{1,100}" value={draft.id} onChange={(event) => set({ id: event.target.value })} />}
        </FormField>
        <FormField label="Kind" fault={fields.get("kind")}>
          {(input) => (
            <select {...input} value={draft.kind} onChange={(event) => set({ kind: event.target.value as ChannelKind })}>
              {Object.entries(CHANNELS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
            </select>
          )}
        </FormField>
        <FormField label="Name of the secret" hint={`The vault's secret that holds ${ADDRESSES[draft.kind]}`} fault={fields.get("secret")} wide>
          {(input) => <input {...input} required value={draft.secret} onChange={(event) => set({ secret: event.target.value })} />}
        </FormField>
        {draft.kind === "email" && (
          <FormField label="Recipients" hint="One a line" fault={fields.get("recipients")} wide>
            {(input) => <textarea {...input} required rows={2} value={draft.recipients} onChange={(event) => set({ recipients: event.target.value })} />}
          </FormField>
        )}
        <FormField label="From severity" fault={fields.get("least_severity")}>
          {(input) => (
            <select {...input} value={draft.leastSeverity} onChange={(event) => set({ leastSeverity: event.target.value as Severity })}>
              {SEVERITIES.map((each) => <option key={each}>{each}</option>)}
            </select>
          )}
        </FormField>
        <FormField label="Cool-down, minutes" hint="The same cause is not sent again for so long" fault={fields.get("cool_down_seconds")}>
          {(input) => <input {...input} type="number" required min={0} max={43_200} step="any" value={draft.minutes} onChange={(event) => set({ minutes: event.target.value })} />}
        </FormField>
      </div>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={put.isPending}>Save channel</button>
        <button type="button" onClick={done}>Cancel</button>
      </p>
    </form>
  );
}
