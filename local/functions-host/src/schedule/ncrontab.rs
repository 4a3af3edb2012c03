//! Six-field NCRONTAB (seconds first), in UTC, with the rules of the NCrontab library the timer trigger uses.
//!
//! Where it differs from other cron dialects: a day must satisfy both the day-of-month and the day-of-week
//! field, Sunday is 0 and 7 is refused, and there is no `?`, `L`, `W` or `#`.

use super::field::{DAY, DAY_OF_WEEK, Field, HOUR, MINUTE, MONTH, SECOND};
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    seconds: Field,
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    days_of_week: Field,
}

/// A leap day that falls on a given week day comes at most this many years later (1996 to 2036, say).
const SEARCH_YEARS: i32 = 41;

impl Schedule {
    /// Reads six fields, or five (then the second is 0), as the timer trigger does.
    ///
    /// # Errors
    /// A sentence that says which field is wrong, or that a time span was given, which only a dedicated plan takes.
    pub fn parse(expression: &str) -> Result<Self, String> {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let all = match fields.as_slice() {
            [s, m, h, d, month, w] => [*s, *m, *h, *d, *month, *w],
            [m, h, d, month, w] => ["0", *m, *h, *d, *month, *w],
            [span] if crate::timespan::parse(span).is_ok() => {
                return Err(format!(
                    "'{expression}' is a time span, which timers take on a dedicated plan only: write six NCRONTAB fields"
                ));
            }
            _ => {
                return Err(format!(
                    "'{expression}' is not an NCRONTAB expression: write second minute hour day month day-of-week"
                ));
            }
        };
        let schedule = Self {
            seconds: Field::parse(all[0], &SECOND)?,
            minutes: Field::parse(all[1], &MINUTE)?,
            hours: Field::parse(all[2], &HOUR)?,
            days: Field::parse(all[3], &DAY)?,
            months: Field::parse(all[4], &MONTH)?,
            days_of_week: Field::parse(all[5], &DAY_OF_WEEK)?,
        };
        match schedule.search(OffsetDateTime::UNIX_EPOCH) {
            Some(_) => Ok(schedule),
            None => Err(format!("'{expression}' never occurs")),
        }
    }

    /// The first occurrence after `from`, exclusive, to the second. In the far future when there is none.
    #[must_use]
    pub fn next_after(&self, from: OffsetDateTime) -> OffsetDateTime {
        self.search(from).unwrap_or(Date::MAX.midnight().assume_utc())
    }

    /// True when two of the next occurrences are less than a minute apart: then the trigger keeps no status.
    #[must_use]
    pub fn runs_more_than_once_a_minute(&self, from: OffsetDateTime) -> bool {
        let mut at = self.next_after(from);
        (0..5).any(|_| {
            let before = at;
            at = self.next_after(before);
            at - before < time::Duration::MINUTE
        })
    }

    fn search(&self, from: OffsetDateTime) -> Option<OffsetDateTime> {
        let from = from.to_offset(UtcOffset::UTC).checked_add(time::Duration::SECOND)?;
        let mut date = from.date();
        let last_year = date.year() + SEARCH_YEARS;
        let mut earliest = from.time();
        while date.year() <= last_year {
            if !self.months.contains(u8::from(date.month())) {
                date = first_of_next_month(date)?;
                earliest = Time::MIDNIGHT;
                continue;
            }
            let day_matches = self.days.contains(date.day())
                && self.days_of_week.contains(date.weekday().number_days_from_sunday());
            if let Some(time) = day_matches.then(|| self.time_from(earliest)).flatten() {
                return Some(date.with_time(time).assume_utc());
            }
            date = date.next_day()?;
            earliest = Time::MIDNIGHT;
        }
        None
    }

    fn time_from(&self, earliest: Time) -> Option<Time> {
        let (mut hour, mut minute, mut second) = (earliest.hour(), earliest.minute(), earliest.second());
        loop {
            let next_hour = self.hours.at_or_after(hour)?;
            if next_hour != hour {
                (hour, minute, second) = (next_hour, 0, 0);
            }
            let Some(next_minute) = self.minutes.at_or_after(minute) else {
                (hour, minute, second) = (hour + 1, 0, 0);
                continue;
            };
            if next_minute != minute {
                (minute, second) = (next_minute, 0);
            }
            match self.seconds.at_or_after(second) {
                Some(second) => return Time::from_hms(hour, minute, second).ok(),
                None => (minute, second) = (minute + 1, 0),
            }
        }
    }
}

fn first_of_next_month(date: Date) -> Option<Date> {
    let year = if date.month() == Month::December { date.year() + 1 } else { date.year() };
    Date::from_calendar_date(year, date.month().next(), 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn next(expression: &str, from: OffsetDateTime) -> OffsetDateTime {
        Schedule::parse(expression).unwrap().next_after(from)
    }

    #[test]
    fn the_next_occurrence_is_strictly_later() {
        assert_eq!(next("0 */5 * * * *", datetime!(2026-03-01 10:05 UTC)), datetime!(2026-03-01 10:10 UTC));
        assert_eq!(
            next("0 */5 * * * *", datetime!(2026-03-01 10:04:59.999 UTC)),
            datetime!(2026-03-01 10:05 UTC)
        );
        assert_eq!(next("* * * * * *", datetime!(2026-12-31 23:59:59 UTC)), datetime!(2027-01-01 0:00 UTC));
    }

    #[test]
    fn fields_carry_over_hours_days_months_and_leap_years() {
        assert_eq!(
            next("30 15 2 * * *", datetime!(2026-01-31 2:15:30 UTC)),
            datetime!(2026-02-01 2:15:30 UTC)
        );
        assert_eq!(
            next("59 59 23 31 12 *", datetime!(2026-12-31 23:59:59 UTC)),
            datetime!(2027-12-31 23:59:59 UTC)
        );
        assert_eq!(next("0 0 0 29 2 *", datetime!(2026-01-01 0:00 UTC)), datetime!(2028-02-29 0:00 UTC));
        assert_eq!(next("0 0 0 29 2 0", datetime!(2026-01-01 0:00 UTC)), datetime!(2032-02-29 0:00 UTC));
        assert_eq!(
            next("10 0 9 * * *", datetime!(2026-01-01 8:30:40 UTC)),
            datetime!(2026-01-01 9:00:10 UTC)
        );
    }

    #[test]
    fn a_day_must_match_both_day_fields() {
        // 2026-11-13 is the first Friday the 13th after that instant.
        assert_eq!(next("0 0 0 13 * 5", datetime!(2026-03-14 0:00 UTC)), datetime!(2026-11-13 0:00 UTC));
    }

    #[test]
    fn names_lists_ranges_and_steps_are_read_as_ncrontab_reads_them() {
        let from = datetime!(2026-03-01 0:00 UTC);
        assert_eq!(next("0 0 12 * Jun-Aug Monday", from), datetime!(2026-06-01 12:00 UTC));
        assert_eq!(next("0 50/4 * * * *", from), datetime!(2026-03-01 0:50 UTC));
        assert_eq!(next("0 20-10/5 * * * *", datetime!(2026-03-01 0:11 UTC)), datetime!(2026-03-01 0:15 UTC));
        assert_eq!(next("0 30 9 * * 1,fri", from), datetime!(2026-03-02 9:30 UTC));
        assert_eq!(next("30 9 * * 1", from), datetime!(2026-03-02 9:30 UTC));
    }

    #[test]
    fn what_cannot_be_scheduled_is_refused_with_the_reason() {
        for (expression, reason) in [
            ("0 60 * * * *", "not a valid minute"),
            ("0 * * * * 7", "not a valid day of week"),
            ("0 0 0 30 2 *", "never occurs"),
            ("00:05:00", "dedicated plan"),
            ("0 0 ? * * *", "not a valid hour"),
            ("hourly", "not an NCRONTAB"),
            ("0 , * * * *", "not a valid minute"),
        ] {
            let problem = Schedule::parse(expression).unwrap_err();
            assert!(problem.contains(reason), "{expression}: {problem}");
        }
    }

    #[test]
    fn sub_minute_schedules_are_recognised() {
        let from = datetime!(2026-03-01 0:00 UTC);
        assert!(Schedule::parse("*/30 * * * * *").unwrap().runs_more_than_once_a_minute(from));
        assert!(!Schedule::parse("0 * * * * *").unwrap().runs_more_than_once_a_minute(from));
    }
}
