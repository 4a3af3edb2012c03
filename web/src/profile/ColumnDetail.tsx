import { streamPath } from "../alerts/words";
import type { Column, ColumnProfile } from "../api/types";
import { FactsOfColumn } from "./FactsOfColumn";
import { FrequentBars } from "./FrequentBars";
import { HistoryOfColumn } from "./HistoryOfColumn";
import { NumbersPanel } from "./NumbersPanel";
import { TextsPanel } from "./TextsPanel";
import { TimesPanel } from "./TimesPanel";
import { TypePanel } from "./TypePanel";

interface Props {
  source: string;
  stream: string;
  column: Column;
  profile: ColumnProfile;
}

export function ColumnDetail({ source, stream, column, profile }: Props) {
  const lineage = `${streamPath(source, stream)}/lineage?column=${encodeURIComponent(column.name)}`;
  return (
    <div className="column-detail">
      <FactsOfColumn column={column} profile={profile} lineage={lineage} />
      {profile.numbers && (profile.numbers.masked || profile.numbers.histogram.length > 0) && <NumbersPanel column={column} numbers={profile.numbers} />}
      {profile.times && <TimesPanel times={profile.times} />}
      {profile.texts && profile.texts.patterns.length > 0 && <TextsPanel texts={profile.texts} />}
      <TypePanel profile={profile} />
      {profile.frequent.length > 0 && (
        <section className="panel">
          <h2>Most frequent values</h2>
          <FrequentBars profile={profile} />
        </section>
      )}
      <section className="panel full">
        <h2>From run to run</h2>
        <HistoryOfColumn source={source} stream={stream} column={column} />
      </section>
    </div>
  );
}
