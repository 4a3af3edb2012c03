/** Instants and durations. Days are told in the reader's own time zone, except where data is shown. */

const dateTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** `1 Mar 2026, 08:00:12`, local. */
export const moment = (instant: string): string => dateTime.format(new Date(instant));

const shortly = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** `1 Mar, 08:00`, local: where room is short and the year is plain. */
export const brief = (instant: string): string => shortly.format(new Date(instant));

/** `8 s ago`, `3 min ago`, else the moment itself. */
export function ago(instant: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return moment(instant);
}

/** `in 40 min`, `in 5 h`, `in 3 days`. */
export function ahead(instant: string, now: number): string {
  const minutes = Math.max(0, Math.ceil((Date.parse(instant) - now) / 60_000));
  if (minutes < 60) return `in ${minutes} min`;
  if (minutes < 48 * 60) return `in ${Math.round(minutes / 60)} h`;
  return `in ${Math.round(minutes / 1440)} days`;
}

/** Milliseconds as `420 ms`, `8.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Seconds since 1970 as a date in UTC, with the time of day where it matters. */
export function epochDate(seconds: number, withTime = false): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return "–";
  const text = date.toISOString();
  return withTime ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
}
