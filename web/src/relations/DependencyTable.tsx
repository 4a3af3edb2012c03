import type { Dependency } from "../api/types";
import { Scroller } from "../components/Scroller";
import { integer } from "../format/numbers";

/** Columns whose value follows from another one's. */
export function DependencyTable({ dependencies }: { dependencies: Dependency[] }) {
  return (
    <Scroller label="What one column decides">
      <table>
        <thead><tr><th>Column</th><th>decides</th><th className="num">Its values</th><th className="num">Records that could have broken it</th></tr></thead>
        <tbody>
          {dependencies.map(({ determinant, dependent, determinants, support }) => (
            <tr key={`${determinant} ${dependent}`}>
              <th scope="row" className="mono">{determinant}</th>
              <td className="mono">{dependent}</td>
              <td className="num">{integer(determinants)}</td>
              <td className="num">{integer(support)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
