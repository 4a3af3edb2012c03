import { useState } from "react";

import { useExclusions } from "../api/quality";
import { AlertsFrame } from "../alerts/AlertsFrame";
import { ExclusionForm } from "../alerts/ExclusionForm";
import { ExclusionTable } from "../alerts/ExclusionTable";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";

/** Holidays and what else is unlike other days. */
export function ExclusionsPage() {
  const exclusions = useExclusions();
  const [adding, setAdding] = useState(false);
  return (
    <AlertsFrame
      title="Excluded times" about="Holidays and other times that are unlike others: measured and shown, never called unusual, and nothing is learned from them."
      actions={<button type="button" className="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>Exclude a time</button>}
    >
      {adding && <ExclusionForm done={() => setAdding(false)} />}
      <Fetched query={exclusions} what="the excluded times">
        {({ items }) => items.length === 0
          ? <Empty title="No time is excluded">Every run is judged, and learned from. Holidays can be excluded before they come, and afterwards.</Empty>
          : <ExclusionTable exclusions={items} />}
      </Fetched>
    </AlertsFrame>
  );
}
