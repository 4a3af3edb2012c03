import type { ColumnProfile } from "../api/types";
import { percent } from "../format/numbers";

const KINDS: Record<string, string> = {
  email: "E-mail addresses", phone: "Phone numbers", person_name: "Names of people", address: "Postal addresses",
  national_id: "National identification numbers", card: "Payment cards", iban: "Bank accounts (IBAN)",
  ip_address: "IP addresses", birth_date: "Dates of birth",
};

/** What values look like, how they are written, and which personal data they hold. */
export function TypePanel({ profile }: { profile: ColumnProfile }) {
  const { inferred_type: type, sensitive } = profile;
  if (type.formats.length + type.candidates.length + sensitive.length === 0) return null;
  return (
    <section className="panel">
      <h2>What values look like</h2>
      {sensitive.map(({ kind, detail, share, confidence }) => (
        <p key={kind + (detail ?? "")} className="sensitive">
          <strong>{KINDS[kind] ?? kind}</strong>{detail && ` (${detail})`}: {percent(share, 1)} of the values,
          confidence {percent(confidence, 1)}{profile.masked && ". Values are shown masked"}.
        </p>
      ))}
      <dl className="facts">
        {type.formats.map(({ format, share, ambiguous, alternatives }) => (
          <div key={format} className="row">
            <dt><code>{format}</code></dt>
            <dd>{percent(share, 1)}{ambiguous && <span className="warn"> or {alternatives.join(", ")}: no value tells</span>}</dd>
          </div>
        ))}
        {type.candidates.map(({ name, share }) => (
          <div key={name} className="row"><dt>also {name}</dt><dd>{percent(share, 1)}</dd></div>
        ))}
      </dl>
    </section>
  );
}
