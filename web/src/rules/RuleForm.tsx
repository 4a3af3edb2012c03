import { useState, type FormEvent } from "react";

import { ApiProblem } from "../api/client";
import { faultsOf } from "../api/faults";
import { usePutRule } from "../api/handling";
import type { Rule, Severity } from "../api/types";
import { SEVERITIES } from "../alerts/words";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { useFocusOnFault } from "../components/useFocusOnFault";
import { draftOf, NEW_RULE, requestOf, type RuleDraft } from "./draft";
import { fieldsOf, KINDS, type Kind } from "./kinds";
import { RuleInput } from "./RuleInput";

interface Props {
  source: string;
  stream: string;
  /** The version that is edited; null for a new rule. */
  rule: Rule | null;
  done: () => void;
  /** Reads the rule again and starts over from its newest version. */
  restart?: () => void;
}

/** Writes a rule's next version. */
export function RuleForm({ source, stream, rule, done, restart }: Props) {
  const put = usePutRule();
  const [draft, setDraft] = useState(() => (rule ? draftOf(rule) : NEW_RULE));
  const set = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change });
  const { fields, rest } = faultsOf(put.error, "expectation.");
  const form = useFocusOnFault(put.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ source, stream, id: draft.id.trim(), request: requestOf(draft, rule?.version ?? 0) }, { onSuccess: done });
  };
  const shown = new Set([...fieldsOf(draft.kind, draft.values).map(({ name }) => name), "id", "description", "severity", "tolerated_share"]);
  const elsewhere = [...fields].filter(([name]) => !shown.has(name));
  return (
    <form ref={form} className="form sunken" aria-label={rule ? `Rule ${rule.id}` : "New rule"} onSubmit={submit}>
      {rest !== null && <FormFailure error={put.error}><Conflict error={put.error} rule={rule} restart={restart} /></FormFailure>}
      {elsewhere.map(([name, text]) => <p key={name} className="bad-text" role="alert">{name}: {text}</p>)}
      <div className="form-grid">
        <FormField label="Name" hint={rule ? undefined : "As in known-status; it stays"} fault={fields.get("id")}>
          {(input) => <input {...input} required disabled={rule !== null} pattern="[A-Za-z0-9_.\-]{1,100}" value={draft.id} onChange={(event) => set({ id: event.target.value })} />}
        </FormField>
        <FormField label="Demand" fault={fields.get("kind")}>
          {(input) => (
            <select {...input} value={draft.kind} onChange={(event) => set({ kind: event.target.value as Kind })}>
              {Object.entries(KINDS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
            </select>
          )}
        </FormField>
        {fieldsOf(draft.kind, draft.values).map((field) => (
          <RuleInput key={`${draft.kind} ${field.name}`} source={source} stream={stream} field={field} values={draft.values}
            fault={fields.get(field.name)} set={(value) => set({ values: { ...draft.values, [field.name]: value } })} />
        ))}
        <FormField label="Severity" begins fault={fields.get("severity")}>
          {(input) => (
            <select {...input} value={draft.severity} onChange={(event) => set({ severity: event.target.value as Severity })}>
              {SEVERITIES.map((each) => <option key={each}>{each}</option>)}
            </select>
          )}
        </FormField>
        <FormField label="Tolerated, % of records" fault={fields.get("tolerated_share")}>
          {(input) => <input {...input} type="number" required min={0} max={100} step="any" value={draft.tolerated} onChange={(event) => set({ tolerated: event.target.value })} />}
        </FormField>
        <FormField label="Description" hint="Why, for those who are alerted" fault={fields.get("description")} wide>
          {(input) => <input {...input} maxLength={1000} value={draft.description} onChange={(event) => set({ description: event.target.value })} />}
        </FormField>
      </div>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={put.isPending}>{rule ? `Save as version ${rule.version + 1}` : "Add rule"}</button>
        <button type="button" onClick={done}>Cancel</button>
      </p>
    </form>
  );
}

/** Somebody else wrote a version meanwhile, or took the name. */
function Conflict({ error, rule, restart }: { error: Error | null; rule: Rule | null; restart?: (() => void) | undefined }) {
  if (!(error instanceof ApiProblem) || error.status !== 409) return null;
  if (rule === null) return <p>A rule of this name is there already: edit that one, or choose another name.</p>;
  return restart ? <button type="button" onClick={restart}>Start over from the newest version</button> : null;
}
