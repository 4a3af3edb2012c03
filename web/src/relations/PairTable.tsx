import { useState } from "react";

import { Scroller } from "../components/Scroller";
import { count, integer } from "../format/numbers";
import { strength } from "./words";

const SHOWN = 10;
/** Weaker ones, and those of fewer records, are hardly more than chance. */
const WEAK = 0.1;
const FEW = 10;

export interface Pair {
  left: string;
  right: string;
  /** -1 to 1; what the bar shows. */
  value: number;
  /** A second figure beside it. */
  beside?: number;
  /** Where the figure lies with 95% confidence; null where all records were looked at. */
  interval: { low: number; high: number } | null;
  /** Records that have both. */
  n: number;
}

interface Props {
  label: string;
  /** Strongest first. */
  pairs: Pair[];
  /** What the figures are called. */
  heads: { value: string; beside?: string };
  /** Whether figures may be below zero. */
  signed?: boolean;
}

/** Pairs of columns with how strongly they go together; the weak ones are folded away. */
export function PairTable({ label, pairs, heads, signed = false }: Props) {
  const [all, setAll] = useState(false);
  const strong = pairs.filter(isStrong).slice(0, SHOWN);
  const shown = all ? pairs : strong;
  return (
    <>
      {shown.length === 0 && <p className="quiet-text">Every pair is below {WEAK}, has fewer than {FEW} records with both, or may as well be chance.</p>}
      {shown.length > 0 && (
        <Scroller label={label}>
          <table>
            <thead>
              <tr><th>Columns</th><th>{heads.value}</th>{heads.beside && <th className="num">{heads.beside}</th>}<th className="num">Records with both</th></tr>
            </thead>
            <tbody>{shown.map((pair) => <Row key={`${pair.left} ${pair.right}`} pair={pair} signed={signed} />)}</tbody>
          </table>
        </Scroller>
      )}
      {pairs.length > strong.length && (
        <p className="small">
          <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Only the strongest" : `All ${count(pairs.length, "pair")}`}<span className="visually-hidden"> of {label}</span>
          </button>
        </p>
      )}
    </>
  );
}

const isStrong = ({ value, beside = 0, interval, n }: Pair): boolean =>
  n >= FEW && Math.max(Math.abs(value), Math.abs(beside)) >= WEAK && (interval === null || interval.low > 0 || interval.high < 0);

function Row({ pair: { left, right, value, beside, interval, n }, signed }: { pair: Pair; signed: boolean }) {
  return (
    <tr>
      <th scope="row" className="mono">{left} <span className="quiet-text">–</span> {right}</th>
      <td>
        <span className="strength-cell"><b>{strength(value)}</b><Strength value={value} signed={signed} /></span>
        {interval && <span className="error">{strength(interval.low)} to {strength(interval.high)}</span>}
      </td>
      {beside !== undefined && <td className="num">{strength(beside)}</td>}
      <td className="num">{integer(n)}</td>
    </tr>
  );
}

/** From the left; where figures may be below zero, from the middle: to the right for what goes together, to the left for
 *  what goes against each other. */
function Strength({ value, signed }: { value: number; signed: boolean }) {
  const zero = signed ? 50 : 0;
  const width = Math.min(1, Math.abs(value)) * (100 - zero);
  return (
    <svg className={value < 0 ? "strength against" : "strength"} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="track" width="100" height="8" rx="2" />
      <rect className="bar" x={value < 0 ? zero - width : zero} width={width} height="8" />
      {signed && <line x1="50" x2="50" y1="0" y2="8" />}
    </svg>
  );
}
