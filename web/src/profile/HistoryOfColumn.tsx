import { useProfileHistory } from "../api/queries";
import type { Column } from "../api/types";
import { Fetched } from "../components/Fetched";
import { integer } from "../format/numbers";
import { valueText } from "../format/values";
import { Sparkline } from "./Sparkline";

/** How a column changed from run to run. */
export function HistoryOfColumn({ source, stream, column }: { source: string; stream: string; column: Column }) {
  const history = useProfileHistory(source, stream, column.name);
  return (
    <Fetched query={history} what="the history">
      {({ items }) => {
        const runs = items.map(({ profile }) => profile).reverse();
        if (runs.length < 2) return <p className="quiet-text small">One run so far; from the next one on, changes show here.</p>;
        return (
          <div className="sparks">
            <Sparkline label="Rows read" points={runs.map((p) => p.rows)} />
            <Sparkline label="Nulls" points={runs.map((p) => (p.rows ? p.nulls / p.rows : null))} text={share} />
            <Sparkline label="Distinct" points={runs.map((p) => p.distinct.value)} text={integer} />
            {runs.some((p) => p.numbers?.mean != null) && (
              <Sparkline label="Mean" points={runs.map((p) => p.numbers?.mean ?? null)} text={valueText(column)} />
            )}
          </div>
        );
      }}
    </Fetched>
  );
}

const share = (value: number): string => `${(value * 100).toFixed(1)}%`;
