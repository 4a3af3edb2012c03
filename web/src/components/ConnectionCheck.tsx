import { useCheck } from "../api/commands";
import type { Check, CheckItem } from "../api/types";
import { count } from "../format/numbers";
import { Failure } from "./Failure";
import { Scroller } from "./Scroller";

const TONES = { passed: "good", warned: "warn", failed: "bad" } as const;
const WORDS = { passed: "fine", warned: "look", failed: "failed" } as const;
const WEIGHT = { failed: 0, warned: 1, passed: 2 };

/** Asks the source, without reading it, whether it can be read, and shows what it said. */
export function ConnectionCheck({ source }: { source: string }) {
  const check = useCheck(source);
  return (
    <section className="card" aria-labelledby="check">
      <div className="card-head">
        <h2 id="check">Connection</h2>
        {check.data && <span className={`badge ${check.data.passed ? "good" : "bad"}`}>{verdict(check.data)}</span>}
        <div className="actions">
          <button type="button" disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? "Checking…" : "Check now"}
          </button>
        </div>
      </div>
      {check.error && <Failure error={check.error} again={() => check.mutate()} />}
      {check.data
        ? <Items items={check.data.items} />
        : <p className="quiet-text">Asks about credentials, clock, limits and the permission for each stream. Nothing is read.</p>}
    </section>
  );
}

function verdict({ items, passed }: Check): string {
  const failed = items.filter((item) => item.verdict === "failed").length;
  return passed ? "can be read" : `${count(failed, "thing")} to mend`;
}

function Items({ items }: { items: CheckItem[] }) {
  const sorted = [...items].sort((a, b) => WEIGHT[a.verdict] - WEIGHT[b.verdict]);
  return (
    <Scroller label="Connection check">
      <table>
        <thead><tr><th>Verdict</th><th>What</th><th>Found</th></tr></thead>
        <tbody>
          {sorted.map(({ subject, verdict, detail }) => (
            <tr key={subject}>
              <td><span className={`badge ${TONES[verdict]}`}>{WORDS[verdict]}</span></td>
              <th scope="row">{subject}</th>
              <td className="wrap">{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
