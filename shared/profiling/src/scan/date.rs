//! Dates of three numbers.

use time::{Month, util::days_in_month};

use super::number::{digits, small};

/// A date in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Days since 1970, where only one day can be meant.
    pub days: Option<i64>,
    pub rest: &'a [u8],
}

/// `2026-03-01`, `3/1/2026`, `31.03.2026`, and what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let (first, rest) = digits(bytes);
    let (separator, rest) = rest.split_first()?;
    let (second, rest) = digits(rest);
    let (again, rest) = rest.split_first()?;
    let (third, rest) = digits(rest);
    if separator != again || !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let days = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => Some(days(first, second, third)?),
        (1..=2, 1..=2, 4) => {
            let (month_first, day_first) = (days(third, first, second), days(third, second, first));
            // Nobody writes the month first and points after it.
            let month_first = if *separator == b'.' { day_first.or(month_first) } else { month_first };
            let either = month_first.or(day_first)?;
            (month_first.is_none() || day_first.is_none_or(|day| day == either)).then_some(either)
        }
        _ => return None,
    };
    Some(Found { days, rest })
}

/// Days since 1970 if there is such a day.
fn days(year: &[u8], month: &[u8], day: &[u8]) -> Option<i64> {
    let (year, month, day) = (small(year), Month::try_from(small(month) as u8).ok()?, small(day) as u8);
    let exists = day >= 1 && day <= days_in_month(month, year.into());
    exists.then(|| since_1970(i64::from(year), month as i64, day.into()))
}

/// Days of the proleptic Gregorian calendar (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<i64> {
        read(text.as_bytes()).and_then(|found| found.days)
    }

    #[test]
    fn a_day_is_known_where_only_one_can_be_meant() {
        let march_31 = Some(20_543);
        assert_eq!(day("2026-03-31"), march_31);
        assert_eq!(day("2026/3/31"), march_31);
        assert_eq!(day("31.03.2026"), march_31);
        assert_eq!(day("31/03/2026"), march_31);
        assert_eq!(day("3/31/2026"), march_31);
        assert_eq!(day("03/03/2026"), Some(20_515));
        assert_eq!(day("03.04.2026"), Some(20_546));
        assert_eq!(day("03/04/2026"), None);
        assert!(read(b"03/04/2026").is_some());
    }

    proptest::proptest! {
        #[test]
        fn every_day_counts_as_the_calendar_does(julian in 1_721_426_i32..5_373_484) {
            let Ok(date) = time::Date::from_julian_day(julian) else { return Ok(()) };
            let (year, month, of_month) = date.to_calendar_date();
            let text = format!("{year:04}-{:02}-{of_month:02}", u8::from(month));
            proptest::prop_assert_eq!(day(&text), Some(i64::from(julian) - 2_440_588));
        }
    }
}
