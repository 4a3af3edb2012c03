import type { Column, NumberStatistics } from "../api/types";
import { figure, integer, percent } from "../format/numbers";
import { spreadText, temporal, valueText } from "../format/values";
import { BoxPlot } from "./BoxPlot";
import { Histogram } from "./Histogram";
import { OutlierExamples } from "./OutlierExamples";

interface Props {
  column: Column;
  numbers: NumberStatistics;
}

/** Histogram and box plot over one axis, with the figures below. */
export function NumbersPanel({ column, numbers }: Props) {
  if (numbers.masked) return <MaskedNumbers numbers={numbers} />;
  const text = valueText(column);
  const bins = numbers.histogram;
  const [low, high] = [bins[0]?.low ?? 0, bins.at(-1)?.high ?? 0];
  const sd = numbers.standard_deviation;
  return (
    <section className="panel wide">
      <h2>Distribution</h2>
      <Histogram
        bins={bins} height={110} label={`Histogram from ${text(low)} to ${text(high)}`}
        text={(bin) => `${text(bin.low)} to ${text(bin.high)}: about ${integer(bin.count)}`}
      />
      <BoxPlot numbers={numbers} text={text} />
      <p className="axis"><span>{text(low)}</span><span>{text(high)}</span></p>
      <dl className="inline-facts">
        <div><dt>mean</dt><dd>{numbers.mean === null ? "–" : text(numbers.mean)}</dd></div>
        <div><dt>standard deviation</dt><dd>{sd === null ? "–" : spreadText(column)(sd)}</dd></div>
        {!temporal(column) && <div><dt>sum</dt><dd>{sumText(numbers)}</dd></div>}
        {!temporal(column) && <div><dt>zeros</dt><dd>{integer(numbers.zeros)}</dd></div>}
        {numbers.skewness !== null && <div><dt>skewness</dt><dd>{figure(numbers.skewness)}</dd></div>}
        {numbers.kurtosis !== null && <div><dt>excess kurtosis</dt><dd>{figure(numbers.kurtosis)}</dd></div>}
        {numbers.outliers && <Outliers numbers={numbers} outliers={numbers.outliers} />}
        {numbers.leading_digits?.conformity && <div><dt>first digits by Benford</dt><dd>{numbers.leading_digits.conformity}</dd></div>}
        {!temporal(column) && <div><dt>negative</dt><dd>{integer(numbers.negatives)}</dd></div>}
      </dl>
      <OutlierExamples label="Records far out" examples={numbers.outliers?.examples ?? []} />
      <Quantiles numbers={numbers} text={text} />
    </section>
  );
}

function sumText({ sum, sum_exact }: NumberStatistics): string {
  if (sum === null) return "–";
  return `${sum_exact ? "" : "≈ "}${figure(Number(sum))}`;
}

/** Counts alone: every other figure is personal data, or would give it away. */
function MaskedNumbers({ numbers }: { numbers: NumberStatistics }) {
  return (
    <section className="panel wide">
      <h2>Distribution</h2>
      <dl className="inline-facts">
        {["mean", "standard deviation", "sum", "quantiles"].map((name) => (
          <div key={name}><dt>{name}</dt><dd className="quiet-text">masked</dd></div>
        ))}
        <div><dt>zeros</dt><dd>{integer(numbers.zeros)}</dd></div>
        <div><dt>negative</dt><dd>{integer(numbers.negatives)}</dd></div>
      </dl>
      <p className="quiet-text small">These figures are values of personal data, or made of them.</p>
    </section>
  );
}

function Outliers({ numbers, outliers }: { numbers: NumberStatistics; outliers: NonNullable<NumberStatistics["outliers"]> }) {
  const far = outliers.below + outliers.above;
  return <div><dt>far out</dt><dd>{!outliers.exact && far > 0 && "≈ "}{percent(far, numbers.count)}</dd></div>;
}

function Quantiles({ numbers, text }: { numbers: NumberStatistics; text: (value: number) => string }) {
  return (
    <>
      <dl className="inline-facts quantiles">
        {numbers.quantiles.map(({ rank, value }) => (
          <div key={rank}><dt>{rank === 0.5 ? "median" : `${Math.round(rank * 100)}%`}</dt><dd>{text(value)}</dd></div>
        ))}
      </dl>
      {numbers.rank_error > 0 && (
        <p className="quiet-text small">Quantiles are estimates: ranks are within ±{(numbers.rank_error * 100).toFixed(1)}%, with 99% confidence.</p>
      )}
    </>
  );
}
