/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compactly = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const tiny = new Intl.NumberFormat("en", { notation: "scientific", maximumFractionDigits: 2 });

/** `77,004` */
export const integer = (n: number): string => whole.format(n);

/** `77K` */
export const compact = (n: number): string => (Math.abs(n) < 10_000 ? whole.format(n) : compactly.format(n));

/** `1 record`, `2 records` */
export const count = (n: number, noun: string): string => `${integer(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A measured figure: as many digits as tell it apart, and no more. */
export function figure(n: number): string {
  const size = Math.abs(n);
  if (size === 0) return "0";
  if (size < 1e-4 || size >= 1e15) return tiny.format(n);
  if (Number.isInteger(n)) return whole.format(n);
  const decimals = size >= 1000 ? 1 : size >= 10 ? 2 : 4;
  return new Intl.NumberFormat("en", { maximumFractionDigits: decimals }).format(n);
}

/** A share of a whole: `0%`, `<0.1%`, `12.3%`, `>99.9%`, `100%`. Nearly none is never shown as none. */
export function percent(part: number, total: number): string {
  if (total <= 0) return "–";
  const share = (part / total) * 100;
  if (share > 0 && share < 0.1) return "<0.1%";
  if (share < 100 && share > 99.9) return ">99.9%";
  return `${Number.isInteger(share) ? share : share.toFixed(1)}%`;
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

export function bytes(n: number): string {
  const step = n < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(n) / 10));
  const value = n / 1024 ** step;
  return `${step === 0 || value >= 100 ? whole.format(value) : value.toFixed(1)} ${UNITS[step]}`;
}
