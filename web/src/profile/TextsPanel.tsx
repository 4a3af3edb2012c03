import type { TextStatistics } from "../api/types";
import { count, integer, percent } from "../format/numbers";
import { Bars } from "./Bars";
import { OutlierExamples } from "./OutlierExamples";

const SHOWN = 8;

/** How texts are built: patterns, lengths, case, and what is wrong with them. */
export function TextsPanel({ texts }: { texts: TextStatistics }) {
  const patterns = texts.patterns.slice(0, SHOWN);
  return (
    <section className="panel">
      <h2>How texts are built</h2>
      <ol className="frequent patterns" aria-label="Patterns">
        {patterns.map(({ pattern, count, error, share }) => (
          <li key={pattern}>
            <code className="value" title={pattern}>{pattern === "" ? <em>empty</em> : pattern}</code>
            <span className="bar" aria-hidden="true"><span style={{ width: `${share * 100}%` }} /></span>
            <span className="figure">{integer(count)}{error > 0 && <span className="error"> −{integer(error)}</span>}</span>
            <span className="figure share">{percent(count, texts.count)}</span>
          </li>
        ))}
      </ol>
      <Lengths texts={texts} />
      <Flaws texts={texts} />
      <OutlierExamples label="Records with far longer texts" examples={texts.long?.examples ?? []} />
    </section>
  );
}

function Lengths({ texts }: { texts: TextStatistics }) {
  const bars = texts.lengths.map(({ low, high, count }) => ({
    name: low === high ? integer(low) : `${integer(low)} to ${integer(high)}`, value: count,
  }));
  if (bars.length < 2) return null;
  return <Bars label="Texts by length in characters" bars={bars} />;
}

/** Only what is there is shown. */
function Flaws({ texts }: { texts: TextStatistics }) {
  const { casing, classes, faults } = texts;
  const found: [string, number][] = [
    ["upper case", casing.upper], ["lower case", casing.lower], ["title case", casing.title], ["mixed case", casing.mixed],
    ["with digits", classes.digits], ["beyond ASCII", classes.non_ascii],
    ["space before", texts.leading_spaces], ["space after", texts.trailing_spaces],
    ["lost characters", faults.replacement], ["wrongly decoded", faults.mojibake],
    ["control characters", faults.control], ["HTML entities", faults.entities],
    [`over ${count(texts.long?.fence ?? 0, "character")}, far longer than others`, texts.long?.count ?? 0],
  ];
  return (
    <dl className="inline-facts">
      {found.filter(([, those]) => those > 0).map(([name, those]) => (
        <div key={name}><dt>{name}</dt><dd>{percent(those, texts.count)}</dd></div>
      ))}
    </dl>
  );
}
