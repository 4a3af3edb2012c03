import type { RunDetail } from "../api/types";
import { integer } from "../format/numbers";
import { Scroller } from "./Scroller";

/** What the run met: failures by class, most of them overcome, and changes of the source. */
export function Notices({ run }: { run: RunDetail }) {
  if (run.notices.length === 0) return null;
  return (
    <section className="card" aria-labelledby="notices">
      <div className="card-head"><h2 id="notices">Met on the way</h2></div>
      <Scroller label="Notices">
        <table>
          <thead><tr><th>Stream</th><th>What</th><th className="num">Times</th><th>The latest</th></tr></thead>
          <tbody>
            {run.notices.map((notice) => (
              <tr key={`${notice.stream ?? ""} ${notice.kind}`}>
                <th scope="row">{notice.stream ?? "whole source"}</th>
                <td>{notice.kind.replaceAll("_", " ")}</td>
                <td className="num">{integer(notice.count)}</td>
                <td>{notice.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  );
}
