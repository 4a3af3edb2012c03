import type { Run } from "../api/types";
import { bytes, integer } from "../format/numbers";
import { duration, moment } from "../format/time";
import { Stat } from "./Stat";
import { useNow } from "./useNow";

export function RunFacts({ run }: { run: Run }) {
  const now = useNow();
  const { totals } = run;
  const ms = Math.max(1, (run.ended ? Date.parse(run.ended) : now) - Date.parse(run.started));
  return (
    <dl className="stats">
      <Stat label="Started"><time dateTime={run.started}>{moment(run.started)}</time></Stat>
      <Stat label="Extraction">{duration(ms)}</Stat>
      <Stat label="Records landed">{integer(totals.records)}</Stat>
      <Stat label="Rate">{integer(totals.records / (ms / 1000))}/s</Stat>
      <Stat label="Raw data">{bytes(totals.bytes)}</Stat>
      <Stat label="Streams ended">{totals.streams_ended} of {totals.streams}</Stat>
    </dl>
  );
}
