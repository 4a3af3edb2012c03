import { useState } from "react";

import { useChannels } from "../api/quality";
import type { AlertChannel } from "../api/types";
import { AlertsFrame } from "../alerts/AlertsFrame";
import { ChannelForm } from "../alerts/ChannelForm";
import { ChannelTable } from "../alerts/ChannelTable";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";

/** Where alerts go. */
export function ChannelsPage() {
  const channels = useChannels();
  // Null for a new one.
  const [edited, setEdited] = useState<AlertChannel | null>();
  const done = () => setEdited(undefined);
  return (
    <AlertsFrame
      title="Channels" about="Where alerts go: a webhook, a Teams workflow, or e-mail."
      actions={<button type="button" className="primary" aria-expanded={edited === null} onClick={() => setEdited(edited === null ? undefined : null)}>Add a channel</button>}
    >
      {edited !== undefined && (
        <ChannelForm key={edited?.id ?? ""} channel={edited} taken={channels.data?.items.map(({ id }) => id) ?? []} done={done} />
      )}
      <Fetched query={channels} what="the channels">
        {({ items }) => items.length === 0
          ? <Empty title="No channel yet">Alerts are shown here only: no channel takes them anywhere.</Empty>
          : <ChannelTable channels={items} edit={setEdited} />}
      </Fetched>
    </AlertsFrame>
  );
}
