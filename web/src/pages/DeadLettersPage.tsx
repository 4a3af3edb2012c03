import { useState } from "react";
import { useSearchParams } from "wouter";

import { useReplay } from "../api/commands";
import { useDeadLetters, useRuns, useSources, useStreams, type DeadLetterFilter } from "../api/queries";
import { DeadLetterTable } from "../components/DeadLetterTable";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { More } from "../components/More";
import { PageHead } from "../components/PageHead";
import { Select } from "../components/Select";
import { moment } from "../format/time";

const MOST_AT_ONCE = 1000;
const FILTERS = ["source", "stream", "run", "state"] as const;

/** Records that could not be loaded. The filter is in the address, so it can be shared. */
export function DeadLettersPage() {
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const replay = useReplay();
  const filter: DeadLetterFilter = {};
  for (const name of FILTERS) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  const letters = useDeadLetters(filter);
  const set = (name: (typeof FILTERS)[number]) => (value: string) => {
    setChosen(new Set());
    setSearch((now) => {
      if (value) now.set(name, value);
      else now.delete(name);
      return now;
    });
  };
  const again = () => replay.mutate([...chosen].slice(0, MOST_AT_ONCE), { onSuccess: () => setChosen(new Set()) });
  return (
    <>
      <PageHead
        title="Dead letters"
        actions={
          <button type="button" className="primary" disabled={chosen.size === 0 || replay.isPending} onClick={again}>
            {replay.isPending ? "Replaying…" : `Replay ${chosen.size || "chosen"}`}
          </button>
        }
      >
        Records that could not be loaded. Once the cause is fixed, a replay loads them from their raw pages.
      </PageHead>
      <Filters filter={filter} set={set} />
      <Fetched query={letters} what="the dead letters">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No dead letter">Every record that was read could be loaded, or the filter leaves none.</Empty>;
          return <><DeadLetterTable letters={items} chosen={chosen} choose={setChosen} /><More query={letters} /></>;
        }}
      </Fetched>
    </>
  );
}

interface FiltersProps {
  filter: DeadLetterFilter;
  set: (name: (typeof FILTERS)[number]) => (value: string) => void;
}

function Filters({ filter, set }: FiltersProps) {
  const sources = useSources().data?.items.map(({ id }) => id) ?? [];
  const source = filter.source ?? sources[0] ?? "";
  const streams = useStreams(source, false).data?.items.map(({ name }) => name) ?? [];
  const runs = useRuns(filter.source, 50).data?.pages.flatMap((page) => page.items) ?? [];
  const runChoices = runs.map(({ id, started }) => ({ value: id, label: moment(started) }));
  const { stream, run, state } = filter;
  return (
    <div className="toolbar">
      <Select label="Source" value={filter.source ?? ""} onChange={set("source")} all="All" options={sources} />
      <Select label="Stream" value={stream ?? ""} onChange={set("stream")} all="All" options={including(streams, stream)} />
      <Select label="Run" value={run ?? ""} onChange={set("run")} all="All"
        options={run && !runs.some(({ id }) => id === run) ? [run, ...runChoices] : runChoices} />
      <Select label="State" value={state ?? ""} onChange={set("state")} all="All" options={["open", "replayed"]} />
    </div>
  );
}

/** A value that came with the address is shown even where the list does not have it. */
const including = (options: string[], value: string | undefined): string[] =>
  value && !options.includes(value) ? [value, ...options] : options;
