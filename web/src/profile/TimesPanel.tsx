import type { TimeStatistics } from "../api/types";
import { count, integer, percent } from "../format/numbers";
import { Bars } from "./Bars";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** When things happened: by weekday and hour, and on which days nothing did. */
export function TimesPanel({ times }: { times: TimeStatistics }) {
  const weekdays = DAYS.map((name, i) => ({ name, value: times.weekdays[i] ?? 0 }));
  const hours = times.hours.map((value, hour) => ({ name: `${hour}:00`, value }));
  const { zones } = times;
  return (
    <section className="panel">
      <h2>When</h2>
      <dl className="inline-facts first">
        <div><dt>whole</dt><dd>{times.granularity}s</dd></div>
        {times.future !== null && <div><dt>in the future</dt><dd>{percent(times.future, times.count)}</dd></div>}
        {zones.offset > 0 && <div><dt>with an offset</dt><dd>{percent(zones.offset, times.count)}</dd></div>}
        {zones.none > 0 && zones.none < times.count && <div><dt>without a zone</dt><dd>{percent(zones.none, times.count)}</dd></div>}
      </dl>
      <Bars label="By weekday" bars={weekdays} />
      {times.hours.some((value) => value > 0) && <Bars label="By hour" bars={hours} />}
      <Gaps gaps={times.gaps} />
    </section>
  );
}

function Gaps({ gaps }: { gaps: TimeStatistics["gaps"] }) {
  if (gaps.empty_periods === 0) return <p className="quiet-text small">No day without a value.</p>;
  const period = gaps.period_days === 1 ? "days" : `stretches of ${gaps.period_days} days`;
  return (
    <>
      <p className="quiet-text small">
        {integer(gaps.empty_periods)} of {integer(gaps.periods)} {period} have no value
        {gaps.period_days === 1 && <>, {integer(gaps.empty_working_periods)} of them working days</>}. Longest:
      </p>
      <ul className="gaps">
        {gaps.longest.slice(0, 3).map(({ from, to, days }) => (
          <li key={from}>{from === to ? from : `${from} to ${to}`} <span className="quiet-text">({count(days, "day")})</span></li>
        ))}
      </ul>
    </>
  );
}
