import type { Column, Record_ } from "../api/types";
import { moment } from "../format/time";
import { Scroller } from "./Scroller";

interface Props {
  records: Record_[];
  columns: Column[];
  keyColumns: string[];
  history: boolean;
}

const NUMERIC = new Set<Column["type"]>(["integer", "decimal", "float"]);

export function RecordTable({ records, columns, keyColumns, history }: Props) {
  // The key identifies the row, so it comes first.
  const ordered = [...columns].sort((a, b) => Number(keyColumns.includes(b.name)) - Number(keyColumns.includes(a.name)));
  return (
    <Scroller label="Records">
      <table className="records">
        <thead>
          <tr>
            {history && <><th>Valid from</th><th>Valid to</th></>}
            {ordered.map((column) => (
              <th key={column.name} className={NUMERIC.has(column.type) ? "num" : undefined} title={column.title ?? undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={`${record.key.join("\u001f")} ${record.modified} ${record.observed}`} className={rowClass(record, history)}>
              {history && <Validity record={record} />}
              {ordered.map((column) => <Cell key={column.name} column={column} value={record.values[column.name]} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function rowClass(record: Record_, history: boolean): string | undefined {
  if (record.deleted) return "deleted";
  return history && record.valid_to !== null ? "past" : undefined;
}

function Validity({ record }: { record: Record_ }) {
  return (
    <>
      <td><time dateTime={record.modified}>{moment(record.modified)}</time></td>
      <td>{record.deleted ? <span className="badge bad">deleted</span> : record.valid_to ? moment(record.valid_to) : <span className="badge good">current</span>}</td>
    </>
  );
}

function Cell({ column, value }: { column: Column; value: unknown }) {
  if (value === null || value === undefined) return <td className="null">null</td>;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const shown = column.type === "timestamp" ? text.slice(0, 19).replace("T", " ") : text;
  return <td className={NUMERIC.has(column.type) ? "num" : "cut"} title={text}>{shown}</td>;
}
