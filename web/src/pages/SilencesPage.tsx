import { useState } from "react";

import { useSilences } from "../api/quality";
import { AlertsFrame } from "../alerts/AlertsFrame";
import { SilenceForm } from "../alerts/SilenceForm";
import { SilenceTable } from "../alerts/SilenceTable";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";

/** What nobody wants to hear of for a while. */
export function SilencesPage() {
  const silences = useSilences();
  const [adding, setAdding] = useState(false);
  return (
    <AlertsFrame
      title="Silences" about="Alerts that are recorded for a while and not delivered, as during a migration."
      actions={<button type="button" className="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>New silence</button>}
    >
      {adding && <SilenceForm cause={null} done={() => setAdding(false)} />}
      <Fetched query={silences} what="the silences">
        {({ items }) => items.length === 0
          ? <Empty title="Nothing is silenced">Every alert goes to the channels that want it. An alert’s page has a button that silences its cause.</Empty>
          : <SilenceTable silences={items} />}
      </Fetched>
    </AlertsFrame>
  );
}
