//! Dates of three numbers.

use time::{Month, util::days_in_month};

use super::number::{digits, small};
use super::time_form::{Between, DAY_FIRST, MONTH_FIRST, TimeForm, YEAR_FIRST};

/// A date in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Days since 1970, where only one day can be meant.
    pub days: Option<i64>,
    pub form: TimeForm,
    pub rest: &'a [u8],
}

/// `2026-03-01`, `3/1/2026`, `31.03.2026`, `03/31/26`, and what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let (first, rest) = digits(bytes);
    let (separator, rest) = rest.split_first()?;
    let between = match separator {
        b'-' => Between::Dash,
        b'/' => Between::Slash,
        b'.' => Between::Point,
        _ => return None,
    };
    let (second, rest) = digits(rest);
    let (again, rest) = rest.split_first()?;
    let (third, rest) = digits(rest);
    if separator != again {
        return None;
    }
    let (readings, unpadded) = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => {
            let days = days(first, second, third)?;
            ([Some(days), None, None], second.len() + third.len() < 4)
        }
        (1..=2, 1..=2, 4) => {
            let readings = [None, days(third, second, first), days(third, first, second)];
            (readings, first.len() + second.len() < 4)
        }
        (1..=2, 1..=2, 2) => {
            let year_first = if first.len() == 2 { days(first, second, third) } else { None };
            let readings = [year_first, days(third, second, first), days(third, first, second)];
            (readings, first.len() + second.len() < 4)
        }
        _ => return None,
    };
    let (days, orders) = settled(readings, between)?;
    let short_year = first.len() < 4 && third.len() < 4;
    Some(Found { days, form: TimeForm { orders, short_year, between, unpadded, ..TimeForm::NONE }, rest })
}

/// The one day that is meant, if the orders that are possible agree on it, and these orders.
fn settled(readings: [Option<i64>; 3], between: Between) -> Option<(Option<i64>, u8)> {
    const ORDERS: [u8; 3] = [YEAR_FIRST, DAY_FIRST, MONTH_FIRST];
    // Nobody writes points and another part than the day first, nor two figures of a year and points after.
    if let (Between::Point, Some(day)) = (between, readings[1]) {
        return Some((Some(day), DAY_FIRST));
    }
    let orders = readings.iter().zip(ORDERS).filter(|(days, _)| days.is_some());
    let orders = orders.fold(0, |set, (_, order)| set | order);
    let mut days = readings.into_iter().flatten();
    let first = days.next()?;
    Some((days.all(|day| day == first).then_some(first), orders))
}

/// A year of two figures is one from 1970 to 2069, as POSIX nearly has it (1969 to 2068).
pub(super) fn full_year(year: &[u8]) -> u16 {
    match (year.len(), small(year)) {
        (2, short @ 70..) => 1900 + short,
        (2, short) => 2000 + short,
        (_, full) => full,
    }
}

/// Days since 1970 if there is such a day.
fn days(year: &[u8], month: &[u8], day: &[u8]) -> Option<i64> {
    days_of(full_year(year), small(month) as u8, small(day) as u8)
}

/// The same of numbers.
pub(super) fn days_of(year: u16, month: u8, day: u8) -> Option<i64> {
    let month = Month::try_from(month).ok()?;
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
