import type { Anomaly, Column, Series } from "../api/types";
import { SeriesChart } from "./SeriesChart";

interface Props {
  series: Series[];
  anomalies: Anomaly[];
  columns: Column[];
}

/** Small pictures side by side, each named for its column, or for its metric where it is the stream's. */
export function SeriesGrid({ series, anomalies, columns }: Props) {
  return (
    <div className="series-grid">
      {series.map((each) => (
        <SeriesChart key={`${each.column ?? ""} ${each.metric}`} series={each} anomalies={anomalies}
          column={columns.find(({ name }) => name === each.column)} {...(each.column === null ? {} : { label: each.column })} />
      ))}
    </div>
  );
}
