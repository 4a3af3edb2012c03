import { useState } from "react";

import { usePages } from "../api/queries";
import type { Page, RunDetail } from "../api/types";
import { bytes, integer } from "../format/numbers";
import { moment } from "../format/time";
import { Empty } from "./Empty";
import { Fetched } from "./Fetched";
import { More } from "./More";
import { Scroller } from "./Scroller";
import { Select } from "./Select";
import { StateBadge } from "./StateBadge";

/** The raw pages of a run, and what became of each. */
export function PagesOfRun({ run }: { run: RunDetail }) {
  const [stream, setStream] = useState("");
  const pages = usePages(run.id, stream, !run.settled);
  const streams = run.streams.map((each) => each.stream);
  return (
    <section className="card" aria-labelledby="pages">
      <div className="card-head">
        <h2 id="pages">Pages</h2>
        <div className="actions">
          <Select label="Stream" value={stream} onChange={setStream} all="All streams" options={streams} />
        </div>
      </div>
      <Fetched query={pages} what="the pages">
        {(found) => {
          const items = found.pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty title="No page has landed" />;
          return <><PageTable pages={items} /><More query={pages} /></>;
        }}
      </Fetched>
    </section>
  );
}

function PageTable({ pages }: { pages: Page[] }) {
  return (
    <Scroller label="Pages">
      <table>
        <thead>
          <tr>
            <th>Stream</th><th className="num">Page</th><th>State</th><th className="num">Records</th>
            <th className="num">Bytes</th><th className="num">Applied</th><th className="num">Dead-lettered</th>
            <th>Landed</th><th>Raw object</th>
          </tr>
        </thead>
        <tbody>
          {pages.map((page) => (
            <tr key={page.id}>
              <td>{page.stream}</td>
              <td className="num">{page.sequence}</td>
              <td><StateBadge state={page.state} /></td>
              <td className="num">{integer(page.records)}</td>
              <td className="num">{bytes(page.bytes)}</td>
              <td className="num">{integer(page.applied)}</td>
              <td className="num">{integer(page.dead_lettered)}</td>
              <td><time dateTime={page.landed}>{moment(page.landed)}</time></td>
              <td className="mono faint">
                {page.blob}
                {page.failure && <span className="below bad-text">{page.failure}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
