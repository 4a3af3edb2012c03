//! The account's time zone, America/Los_Angeles.
//!
//! Rules since 2007 (US Energy Policy Act of 2005): daylight time from the second Sunday of March, 02:00
//! standard, to the first Sunday of November, 02:00 daylight. No row of the account is older than 2019.

use crate::calendar::{DAY, civil_from_days, days_from_civil, weekday};

/// Seconds that standard time is behind UTC.
const STANDARD: i64 = 8 * 3_600;
/// Seconds that daylight time is behind UTC.
const DAYLIGHT: i64 = 7 * 3_600;

/// The UTC second at which a year's daylight time begins.
pub fn daylight_begins(year: i64) -> i64 {
    nth_sunday(year, 3, 2) * DAY + 2 * 3_600 + STANDARD
}

/// The UTC second at which a year's daylight time ends: the hour before it and the hour after it read alike.
pub fn daylight_ends(year: i64) -> i64 {
    nth_sunday(year, 11, 1) * DAY + 2 * 3_600 + DAYLIGHT
}

fn nth_sunday(year: i64, month: i64, nth: i64) -> i64 {
    let first = days_from_civil(year, month, 1);
    first + (7 - weekday(first)) % 7 + (nth - 1) * 7
}

fn behind(utc: i64) -> i64 {
    let (year, _, _) = civil_from_days(utc.div_euclid(DAY));
    if utc >= daylight_begins(year) && utc < daylight_ends(year) { DAYLIGHT } else { STANDARD }
}

/// What the account's clocks read at a UTC second.
pub fn to_wall(utc: i64) -> i64 {
    utc - behind(utc)
}

/// The UTC second of a reading of the account's clocks.
///
/// A reading that occurs twice means the second occurrence (standard time), which is Oracle's rule for
/// overlaps unless ERROR_ON_OVERLAP_TIME is set. A reading that never occurs is taken as standard time.
pub fn to_utc(wall: i64) -> i64 {
    let standard = wall + STANDARD;
    if behind(standard) == STANDARD {
        return standard;
    }
    let daylight = wall + DAYLIGHT;
    if behind(daylight) == DAYLIGHT { daylight } else { standard }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Reading, wall};

    fn at(month: i64, day: i64, hour: i64, minute: i64) -> i64 {
        wall(Reading { year: 2025, month, day, hour, minute, second: 0 })
    }

    #[test]
    fn the_repeated_hour_reads_alike_and_resolves_to_its_second_pass() {
        let first = at(11, 2, 8, 30);
        let second = at(11, 2, 9, 30);
        assert_eq!(to_wall(first), to_wall(second));
        assert_eq!(to_utc(to_wall(first)), second);
    }

    #[test]
    fn readings_outside_the_overlap_and_the_gap_come_back_exactly() {
        let mut utc = at(1, 1, 0, 0);
        while utc < at(12, 31, 0, 0) {
            let ambiguous = (utc - daylight_ends(2025)).abs() <= 3_600;
            assert!(ambiguous || to_utc(to_wall(utc)) == utc, "{utc}");
            utc += 600;
        }
    }

    #[test]
    fn the_skipped_hour_is_taken_as_standard_time() {
        assert_eq!(to_utc(at(3, 9, 2, 30)), at(3, 9, 10, 30));
    }
}
