import type { Violation } from "../api/types";
import { Scroller } from "../components/Scroller";

/** Records that broke a rule, with the values that it looked at. Personal data comes masked. */
export function ViolationTable({ examples, label }: { examples: Violation[]; label: string }) {
  const columns = [...new Set(examples.flatMap(({ values }) => values.map(({ column }) => column)))];
  return (
    <Scroller label={label}>
      <table className="examples">
        <thead><tr><th>Record</th>{columns.map((name) => <th key={name}>{name}</th>)}</tr></thead>
        <tbody>
          {examples.map(({ key, values }, i) => (
            <tr key={`${key} ${i}`}>
              <th scope="row" className="mono">{key.replaceAll("\u001f", ", ")}</th>
              {columns.map((name) => {
                const value = values.find(({ column }) => column === name)?.value ?? null;
                return value === null ? <td key={name} className="null">null</td> : <td key={name} className="cut mono" title={value}>{value}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
