import { useState } from "react";

import { useColumns, useRecords, useStream } from "../api/queries";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { More } from "../components/More";
import { RecordTable } from "../components/RecordTable";
import { StreamFrame } from "../components/StreamFrame";

/** A stream's records in order of key; with history, every version of each. */
export function StreamRecordsPage({ source, stream }: { source: string; stream: string }) {
  const [history, setHistory] = useState(false);
  const records = useRecords(source, stream, history);
  const columns = useColumns(source, stream);
  const key = useStream(source, stream).data?.key ?? [];
  return (
    <StreamFrame source={source} stream={stream}>
      <div className="toolbar">
        <label className="check">
          <input type="checkbox" checked={history} onChange={(event) => setHistory(event.target.checked)} />
          Every version, deletions too
        </label>
      </div>
      <Fetched query={columns} what="the columns">
        {({ items: all }) => (
          <Fetched query={records} what="the records">
            {({ pages }) => {
              const items = pages.flatMap((page) => page.items);
              if (items.length === 0) return <Empty title="No record">None is loaded, or all were deleted.</Empty>;
              return <><RecordTable records={items} columns={all} keyColumns={key} history={history} /><More query={records} /></>;
            }}
          </Fetched>
        )}
      </Fetched>
    </StreamFrame>
  );
}
