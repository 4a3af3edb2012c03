import type { Notice, RunDetail } from "../api/types";
import { integer } from "../format/numbers";
import { moment } from "../format/time";
import { KINDS, byWeight } from "./notices";
import { Scroller } from "./Scroller";

/** What the run met: failures by class, most of them overcome, and changes of the source. */
export function Notices({ run }: { run: RunDetail }) {
  if (run.notices.length === 0) return null;
  return (
    <section className="card" aria-labelledby="notices">
      <div className="card-head"><h2 id="notices">Met on the way</h2></div>
      <Scroller label="Notices">
        <table className="notices">
          <thead><tr><th>What</th><th>Stream</th><th className="num">Times</th><th>The latest</th></tr></thead>
          <tbody>
            {[...run.notices].sort(byWeight).map((notice) => <Row key={`${notice.stream ?? ""} ${notice.kind}`} notice={notice} />)}
          </tbody>
        </table>
      </Scroller>
    </section>
  );
}

function Row({ notice }: { notice: Notice }) {
  const { tone, label } = KINDS[notice.kind];
  return (
    <tr>
      <td><span className={`badge ${tone}`}>{label}</span></td>
      <th scope="row">{notice.stream ?? "whole source"}</th>
      <td className="num">{integer(notice.count)}</td>
      <td className="wrap">
        {notice.detail} <time className="quiet-text small" dateTime={notice.last}>{moment(notice.last)}</time>
      </td>
    </tr>
  );
}
