import { Link } from "wouter";

import { useDeadLetters, useSummary } from "../api/queries";
import { bytes, integer } from "../format/numbers";
import { Stat } from "./Stat";

const SHOWN = 1000;

/** Figures over all sources' newest runs. They are a help, so their absence is not an alarm. */
export function SummaryStats({ live }: { live: boolean }) {
  const { data } = useSummary(live);
  const letters = useDeadLetters({ state: "open" }, SHOWN).data?.pages[0];
  if (!data) return null;
  const { totals } = data;
  return (
    <dl className="stats">
      <Stat label="Records read">{integer(totals.read)}</Stat>
      <Stat label="Applied">{integer(totals.applied)}</Stat>
      <Stat label="Raw data">{bytes(totals.bytes)}</Stat>
      <Stat label="Columns profiled">{integer(data.columns_profiled)}</Stat>
      <Stat label="Lineage edges">{integer(data.lineage_edges)}</Stat>
      <Stat label="Open dead letters">
        {letters
          ? <Link href="/dead-letters">{letters.next ? `over ${integer(SHOWN)}` : integer(letters.items.length)}</Link>
          : "–"}
      </Stat>
    </dl>
  );
}
