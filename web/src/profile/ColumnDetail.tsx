import type { Column, ColumnProfile } from "../api/types";
import { FactsOfColumn } from "./FactsOfColumn";
import { FrequentBars } from "./FrequentBars";
import { HistoryOfColumn } from "./HistoryOfColumn";
import { NumbersPanel } from "./NumbersPanel";

interface Props {
  source: string;
  stream: string;
  column: Column;
  profile: ColumnProfile;
}

export function ColumnDetail({ source, stream, column, profile }: Props) {
  return (
    <div className="column-detail">
      <FactsOfColumn column={column} profile={profile} />
      {profile.numbers && profile.numbers.histogram.length > 0 && <NumbersPanel column={column} numbers={profile.numbers} />}
      {profile.frequent.length > 0 && (
        <section className="panel">
          <h3>Most frequent values</h3>
          <FrequentBars profile={profile} />
        </section>
      )}
      <section className="panel">
        <h3>From run to run</h3>
        <HistoryOfColumn source={source} stream={stream} column={column} />
      </section>
    </div>
  );
}
