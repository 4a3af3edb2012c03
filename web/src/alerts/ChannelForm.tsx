import { useState, type FormEvent } from "react";

import { faultsOf } from "../api/faults";
import { usePutChannel } from "../api/handling";
import { useCaller } from "../api/quality";
import type { AlertChannel, ChannelKind, Severity } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { draftOf, requestOf, secretOf, type ChannelDraft } from "./channel-draft";
import { SecretHelp } from "./SecretHelp";
import { CHANNELS, SEVERITIES } from "./words";

interface Props {
  /** The one that is edited; null for a new one. */
  channel: AlertChannel | null;
  taken: string[];
  done: () => void;
}

/** A new channel, or one that is written over. */
export function ChannelForm({ channel, taken, done }: Props) {
  const put = usePutChannel();
  const prefix = useCaller().data?.channel_secret_prefix ?? "";
  const [draft, setDraft] = useState(() => draftOf(channel));
  const set = (change: Partial<ChannelDraft>) => setDraft({ ...draft, ...change });
  const { fields, rest } = faultsOf(put.error);
  const form = useFocusOnFault(put.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ id: draft.id.trim(), request: requestOf(draft, prefix) }, { onSuccess: done });
  };
  const over = !channel && taken.includes(draft.id.trim());
  const secret = secretOf(draft, prefix);
  return (
    <form ref={form} className="card form" aria-label="Channel" onSubmit={submit}>
      {rest !== null && <FormFailure error={put.error} />}
      <div className="form-grid">
        <FormField label="Name" hint={over ? "There is one of this name: it is written over" : "For example data-team"} fault={fields.get("channel")}>
          {(input) => <input {...input} required disabled={channel !== null} pattern="[A-Za-z0-9_.\-]{1,64}" value={draft.id} onChange={(event) => set({ id: event.target.value })} />}
        </FormField>
        <FormField label="Kind" fault={fields.get("kind")}>
          {(input) => (
            <select {...input} value={draft.kind} onChange={(event) => set({ kind: event.target.value as ChannelKind })}>
              {Object.entries(CHANNELS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
            </select>
          )}
        </FormField>
        <FormField label="Name of the secret" hint={prefix && `Begins with \`${prefix}\`, so that no channel can name a source’s credentials`} fault={fields.get("secret")} begins wide>
          {(input) => <input {...input} className="mono" required maxLength={127} value={secret} onChange={(event) => set({ secret: event.target.value })} />}
        </FormField>
        <SecretHelp kind={draft.kind} secret={secret} />
        {draft.kind === "email" && (
          <FormField label="Recipients" hint="One a line" fault={fields.get("recipients")} begins wide>
            {(input) => <textarea {...input} required rows={2} value={draft.recipients} onChange={(event) => set({ recipients: event.target.value })} />}
          </FormField>
        )}
        <FormField label="From severity" hint="Less severe alerts are not sent here" begins fault={fields.get("least_severity")}>
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
