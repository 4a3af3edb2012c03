import { integer } from "../format/numbers";

interface Props {
  label: string;
  bars: { name: string; value: number }[];
}

const HEIGHT = 46;

/** Counts side by side, with the first and the last name below. */
export function Bars({ label, bars }: Props) {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  const width = 100 / bars.length;
  return (
    <figure className="bars">
      <figcaption>{label}</figcaption>
      <svg className="histogram" width="100%" height={HEIGHT} role="img" aria-label={label}>
        {bars.map(({ name, value }, i) => {
          const tall = value === 0 ? 0 : Math.max(1.5, (value / most) * (HEIGHT - 1));
          return (
            <rect key={name} x={`${i * width + width * 0.06}%`} width={`${width * 0.88}%`} y={HEIGHT - tall} height={tall}>
              <title>{`${name}: ${integer(value)}`}</title>
            </rect>
          );
        })}
        <line x1="0" x2="100%" y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      </svg>
      <p className="axis"><span>{bars[0]?.name}</span><span>{bars.at(-1)?.name}</span></p>
    </figure>
  );
}
