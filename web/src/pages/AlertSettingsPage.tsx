import { useState } from "react";

import { useChannels, useSilences } from "../api/quality";
import { ChannelForm } from "../alerts/ChannelForm";
import { ChannelTable } from "../alerts/ChannelTable";
import { SilenceTable } from "../alerts/SilenceTable";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";

/** Where alerts go, and which ones nobody wants to hear for a while. */
export function AlertSettingsPage() {
  return (
    <>
      <PageHead title="Channels and silences" crumbs={[{ to: "/alerts", label: "Alerts" }]}>
        Where alerts go, and which are only recorded for a while.
      </PageHead>
      <Channels />
      <Silences />
    </>
  );
}

function Channels() {
  const channels = useChannels();
  const [adding, setAdding] = useState(false);
  return (
    <section className="card" aria-labelledby="channels">
      <div className="card-head">
        <h2 id="channels">Channels</h2>
        <div className="actions"><button type="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>Add a channel</button></div>
      </div>
      {adding && <ChannelForm taken={channels.data?.items.map(({ id }) => id) ?? []} done={() => setAdding(false)} />}
      <Fetched query={channels} what="the channels">
        {({ items }) => items.length === 0
          ? <p className="quiet-text">Alerts are shown here only: no channel takes them anywhere.</p>
          : <ChannelTable channels={items} />}
      </Fetched>
    </section>
  );
}

function Silences() {
  const silences = useSilences();
  return (
    <section className="card" aria-labelledby="silences">
      <div className="card-head"><h2 id="silences">Silences</h2></div>
      <Fetched query={silences} what="the silences">
        {({ items }) => items.length === 0
          ? <p className="quiet-text">Nothing is silenced. An alert's page has a button for it.</p>
          : <SilenceTable silences={items} />}
      </Fetched>
    </section>
  );
}
