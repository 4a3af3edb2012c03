import type { OutlierExample } from "../api/types";

/** The API cuts values at so many characters. */
const SHOWN = 128;

/** Records far out, by key and by the page that brought them. */
export function OutlierExamples({ label, examples }: { label: string; examples: OutlierExample[] }) {
  if (examples.length === 0) return null;
  return (
    <ul className="gaps" aria-label={label}>
      {examples.map(({ value, key, page, ordinal }) => (
        <li key={`${page}/${ordinal}`}>
          {value}{[...value].length >= SHOWN && "…"} <span className="quiet-text">in record {key ?? `no. ${ordinal + 1} of page ${page}`}</span>
        </li>
      ))}
    </ul>
  );
}
