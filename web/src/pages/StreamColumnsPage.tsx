import { useState } from "react";

import { useColumns, useProfiles, useRuns } from "../api/queries";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Select } from "../components/Select";
import { StreamFrame } from "../components/StreamFrame";
import { moment } from "../format/time";
import { ColumnList } from "../profile/ColumnList";

interface At {
  source: string;
  stream: string;
}

/** A stream's columns with their profiles, over the newest runs or over one. */
export function StreamColumnsPage({ source, stream }: At) {
  const [run, setRun] = useState("");
  const [wanted, setWanted] = useState("");
  const columns = useColumns(source, stream);
  const profiles = useProfiles(source, stream, run);
  const runs = useRuns(source, 50).data?.pages.flatMap((page) => page.items) ?? [];
  const choices = runs.map((each) => ({ value: each.id, label: `Run of ${moment(each.started)}` }));
  return (
    <StreamFrame source={source} stream={stream}>
      <div className="toolbar">
        <Select label="Profiles over" value={run} onChange={setRun} all="the newest runs, merged" options={choices} />
        <span className="field">
          <label htmlFor="wanted">Columns</label>
          <input id="wanted" type="search" placeholder="Name or title" value={wanted}
            onChange={(event) => setWanted(event.target.value)} />
        </span>
      </div>
      <Fetched query={columns} what="the columns">
        {({ items }) => (
          <Fetched query={profiles} what="the profiles">
            {(found) => (
              <>
                {found.items.length === 0 && (
                  <Empty title="No profile here">{run ? "This run read no record of the stream." : "The first run that reads a record makes them."}</Empty>
                )}
                <ColumnList source={source} stream={stream} columns={items} profiles={found.items} wanted={wanted} />
              </>
            )}
          </Fetched>
        )}
      </Fetched>
    </StreamFrame>
  );
}
