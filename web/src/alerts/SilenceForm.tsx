import { useState, type FormEvent } from "react";

import { useSilence } from "../api/handling";
import type { CauseKind } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { FormField } from "../components/FormField";
import { causeText } from "./words";

const HOUR = 3_600_000;
const LENGTHS = [
  { hours: 1, label: "an hour" }, { hours: 24, label: "a day" }, { hours: 72, label: "three days" },
  { hours: 168, label: "a week" }, { hours: 720, label: "30 days" },
];

interface Props {
  cause: { source: string | null; stream: string | null; kind: CauseKind | null };
  done: () => void;
}

/** Asks for how long, and why: others will wonder. */
export function SilenceForm({ cause: { source, stream, kind }, done }: Props) {
  const silence = useSilence(true);
  const [hours, setHours] = useState("24");
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const until = new Date(Date.now() + Number(hours) * HOUR).toISOString();
    silence.mutate({ source, stream, kind, until, reason: reason.trim() }, { onSuccess: done });
  };
  return (
    <form className="card form" aria-label="Silence" onSubmit={submit}>
      <p>Alerts about {causeText({ source, stream, kind })} are still recorded, and not delivered.</p>
      <FormFailure error={silence.error} />
      <div className="form-grid">
        <FormField label="For">
          {(input) => (
            <select {...input} value={hours} onChange={(event) => setHours(event.target.value)}>
              {LENGTHS.map((each) => <option key={each.hours} value={each.hours}>{each.label}</option>)}
            </select>
          )}
        </FormField>
        <FormField label="Why" hint="For those who wonder" wide>
          {(input) => <input {...input} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </FormField>
      </div>
      <p className="form-actions">
        <button type="submit" className="primary" disabled={silence.isPending}>Silence</button>
        <button type="button" onClick={done}>Cancel</button>
      </p>
    </form>
  );
}
