import { useSearchParams } from "wouter";

import { useAlerts, type AlertFilter } from "../api/quality";
import { useSources } from "../api/queries";
import { AlertsFrame } from "../alerts/AlertsFrame";
import { AlertTable } from "../alerts/AlertTable";
import { kindChoices, STATES } from "../alerts/words";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { More } from "../components/More";
import { Select } from "../components/Select";

const ALL = "all";
const FILTERS = ["state", "source", "kind"] as const;
type Filter = (typeof FILTERS)[number];

/** What somebody should look at. Without a choice those that are open; the filter is in the address. */
export function AlertsPage() {
  const [search, setSearch] = useSearchParams();
  const chosen = (name: Filter): string => search.get(name) ?? (name === "state" ? "open" : "");
  const filter: AlertFilter = {};
  for (const name of FILTERS) {
    const value = chosen(name);
    if (value && value !== ALL) filter[name] = value;
  }
  const alerts = useAlerts(filter);
  const set = (name: Filter) => (value: string) => setSearch((now) => {
    if (value) now.set(name, value);
    else now.delete(name);
    return now;
  });
  return (
    <AlertsFrame title="Alerts" about="What runs found unusual, and rules that were broken, one alert for each cause.">
      <Filters chosen={chosen} set={set} />
      <Fetched query={alerts} what="the alerts">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No alert">Nothing waits for anybody, or the filter leaves none.</Empty>;
          return <><AlertTable alerts={items} /><More query={alerts} /></>;
        }}
      </Fetched>
    </AlertsFrame>
  );
}

function Filters({ chosen, set }: { chosen: (name: Filter) => string; set: (name: Filter) => (value: string) => void }) {
  const sources = useSources().data?.items.map(({ id }) => id) ?? [];
  const source = chosen("source");
  return (
    <div className="toolbar">
      <Select label="State" value={chosen("state")} onChange={set("state")} options={[...STATES, { value: ALL, label: "All" }]} />
      <Select label="Source" value={source} onChange={set("source")} all="All"
        options={source && !sources.includes(source) ? [source, ...sources] : sources} />
      <Select label="About" value={chosen("kind")} onChange={set("kind")} all="All" options={kindChoices} />
    </div>
  );
}
