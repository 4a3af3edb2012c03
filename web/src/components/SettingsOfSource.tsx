import type { Source } from "../api/types";

/** The plain settings; what looks like a secret the API does not show. */
export function SettingsOfSource({ source }: { source: Source }) {
  return (
    <dl className="settings">
      <div><dt>connector</dt><dd>{source.connector}</dd></div>
      {Object.entries(source.settings).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
