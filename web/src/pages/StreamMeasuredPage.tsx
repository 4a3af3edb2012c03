import { useState } from "react";

import { useColumns } from "../api/queries";
import { useAnomalies, useSeries } from "../api/quality";
import type { Anomaly, Column, Metric, Series } from "../api/types";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Select } from "../components/Select";
import { StreamFrame } from "../components/StreamFrame";
import { count } from "../format/numbers";
import { FalseAlarms } from "../quality/FalseAlarms";
import { byInterest, metricsOf, ofColumns, ofRules, ofStream, unusualOf } from "../quality/groups";
import { METRICS } from "../quality/metrics";
import { SeriesGrid } from "../quality/SeriesGrid";
import { SeriesLegend } from "../quality/SeriesLegend";
import { UnusualItem } from "../quality/UnusualItem";

interface Measured {
  series: Series[];
  anomalies: Anomaly[];
  columns: Column[];
}

/** A stream's figures over its runs, with what was unusual among them. */
export function StreamMeasuredPage({ source, stream }: { source: string; stream: string }) {
  const series = useSeries(source, stream);
  const anomalies = useAnomalies({ source, stream });
  const columns = useColumns(source, stream).data?.items ?? [];
  return (
    <StreamFrame source={source} stream={stream}>
      <Fetched query={series} what="the series">
        {({ items }) => items.length === 0
          ? <Empty title="Nothing is measured yet">Every run that reads the stream adds a point to each series.</Empty>
          : (
            <Fetched query={anomalies} what="what was unusual">
              {({ items: found }) => <All series={items} anomalies={found} columns={columns} />}
            </Fetched>
          )}
      </Fetched>
    </StreamFrame>
  );
}

/** The fewest points from which anything is expected: `shared/anomalies` says so in its README. */
const LEARNED = 14;

function All({ series, anomalies, columns }: Measured) {
  const unusual = unusualOf(series, anomalies);
  const rules = ofRules(series);
  const learning = series.every(({ points }) => points.length < LEARNED);
  return (
    <>
      {learning && (
        <p className="notice slim">Still learning: a series needs {LEARNED} points, and two weeks where there are several a day, before anything counts as unusual.</p>
      )}
      {unusual.length > 0 && (
        <section className="card" aria-labelledby="unusual">
          <div className="card-head"><h2 id="unusual">Unusual lately</h2><SeriesLegend /></div>
          <ul className="findings">
            {unusual.map((each) => (
              <UnusualItem key={each.anomaly.id} of={each} all={anomalies} column={columns.find(({ name }) => name === each.series.column)} />
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-labelledby="of-stream">
        <div className="card-head"><h2 id="of-stream">The stream</h2></div>
        <SeriesGrid series={ofStream(series)} anomalies={anomalies} columns={columns} />
      </section>
      <OfColumns series={series} anomalies={anomalies} columns={columns} />
      {rules.length > 0 && (
        <section className="card" aria-labelledby="of-rules">
          <div className="card-head"><h2 id="of-rules">Share of records that break a rule</h2></div>
          <SeriesGrid series={rules} anomalies={anomalies} columns={[]} />
        </section>
      )}
      <FalseAlarms anomalies={anomalies} columns={columns} />
    </>
  );
}

const ORDER = Object.keys(METRICS).filter((metric) => metric !== "rule_violations") as Metric[];

/** More small pictures than anybody looks through; the search reaches them all. */
const SHOWN = 24;

function OfColumns({ series, anomalies, columns }: Measured) {
  const [chosen, setChosen] = useState<Metric>();
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const metrics = metricsOf(series, ORDER);
  const metric = chosen ?? metrics[0];
  if (!metric) return null;
  const found = byInterest(ofColumns(series, metric), anomalies).filter(({ column }) => column?.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <section className="card" aria-labelledby="of-columns">
      <div className="card-head">
        <h2 id="of-columns">Columns</h2>
        <div className="actions">
          <span className="field">
            <label htmlFor="wanted-series">Find</label>
            <input id="wanted-series" type="search" placeholder="Name" value={wanted} onChange={(event) => setWanted(event.target.value)} />
          </span>
          <Select label="Measure" value={metric} onChange={(value) => setChosen(value as Metric)}
            options={metrics.map((value) => ({ value, label: METRICS[value] }))} />
        </div>
      </div>
      <SeriesGrid series={all ? found : found.slice(0, SHOWN)} anomalies={anomalies} columns={columns} />
      {found.length > SHOWN && !all && (
        <p className="more"><button type="button" onClick={() => setAll(true)}>Show all {count(found.length, "column")}</button></p>
      )}
    </section>
  );
}
