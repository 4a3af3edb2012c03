import type { OutlierExample } from "../api/types";

/** Records far out, by key and by the page that brought them. */
export function OutlierExamples({ examples }: { examples: OutlierExample[] }) {
  if (examples.length === 0) return null;
  return (
    <ul className="gaps" aria-label="Records far out">
      {examples.map(({ value, key, page, ordinal }) => (
        <li key={`${page}/${ordinal}`}>
          {value} <span className="quiet-text">in record {key ?? `no. ${ordinal + 1} of page ${page}`}</span>
        </li>
      ))}
    </ul>
  );
}
