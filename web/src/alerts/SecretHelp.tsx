import type { ChannelKind } from "../api/types";

const ADDRESSES: Record<ChannelKind, { what: string; like: string }> = {
  webhook: { what: "the URL that takes a POST of JSON", like: "https://hooks.example.com/…" },
  teams: { what: "the URL that Teams shows when a workflow “Post to a channel when a webhook request is received” is saved", like: "https://….logic.azure.com/workflows/…" },
  email: { what: "the mail server, who signs in there and who it is from", like: "smtps://user:password@smtp.example.com:465?from=forebay@example.com" },
};

/** What to store where, before a channel can deliver. An address is a credential, so it is not typed in here. */
export function SecretHelp({ kind, secret }: { kind: ChannelKind; secret: string }) {
  const { what, like } = ADDRESSES[kind];
  const name = secret.endsWith("-") ? `${secret}<name>` : secret;
  return (
    <aside className="help" aria-label="What to store">
      <p>Store {what} in the key vault under this name; it is read anew for each delivery, and never shown.</p>
      <pre tabIndex={0} aria-label="Command">{`az keyvault secret set --vault-name <vault> --name ${name} \\\n  --value '${like}'`}</pre>
      <p>On one machine it is <code>Secret:{name}</code> in <code>local.settings.json</code>.</p>
    </aside>
  );
}
