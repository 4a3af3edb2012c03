//! Proleptic Gregorian calendar arithmetic on whole seconds.
//!
//! A `Wall` second is a clock reading without a zone, counted as if it were UTC since 1970-01-01.

/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// A clock reading taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

/// Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The civil date (year, month, day) of a number of days since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// 0 is Sunday.
pub fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// Days in a month.
pub fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The wall second of a reading. The reading must be valid; see [`checked_wall`] for input from outside.
pub fn wall(r: Reading) -> i64 {
    days_from_civil(r.year, r.month, r.day) * DAY + r.hour * 3_600 + r.minute * 60 + r.second
}

/// The wall second of a date at midnight.
pub fn wall_date(year: i64, month: i64, day: i64) -> i64 {
    days_from_civil(year, month, day) * DAY
}

/// The wall second of a reading, or `None` when no clock shows it.
pub fn checked_wall(r: Reading) -> Option<i64> {
    let valid = (1..=9_999).contains(&r.year)
        && (1..=12).contains(&r.month)
        && (1..=month_length(r.year, r.month)).contains(&r.day)
        && (0..24).contains(&r.hour)
        && (0..60).contains(&r.minute)
        && (0..60).contains(&r.second);
    valid.then(|| wall(r))
}

/// Takes a wall second apart.
pub fn reading(wall: i64) -> Reading {
    let (year, month, day) = civil_from_days(wall.div_euclid(DAY));
    let second = wall.rem_euclid(DAY);
    Reading { year, month, day, hour: second / 3_600, minute: second / 60 % 60, second: second % 60 }
}

/// `2026-11-21T09:40:12Z` for a UTC second.
pub fn iso_utc(utc: i64) -> String {
    let r = reading(utc);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", r.year, r.month, r.day, r.hour, r.minute, r.second)
}

/// `2026-11-21` for a wall second.
pub fn iso_date(wall: i64) -> String {
    let r = reading(wall);
    format!("{:04}-{:02}-{:02}", r.year, r.month, r.day)
}

/// `11/21/2026`: the date preference `M/D/YYYY` of the integration's user. Time of day is lost, as with the vendor.
pub fn user_date(wall: i64) -> String {
    let r = reading(wall);
    format!("{}/{}/{}", r.month, r.day, r.year)
}

/// Adds calendar months, clamping to the last day, as Oracle's ADD_MONTHS does.
pub fn add_months(wall: i64, months: i64) -> i64 {
    let r = reading(wall);
    let index = r.year * 12 + (r.month - 1) + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let last = month_length(year, month);
    let day = if r.day == month_length(r.year, r.month) { last } else { r.day.min(last) };
    days_from_civil(year, month, day) * DAY + wall.rem_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_comes_back_as_it_went_in() {
        for days in days_from_civil(1800, 1, 1)..days_from_civil(2200, 1, 1) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            assert!(day >= 1 && day <= month_length(year, month));
        }
    }

    #[test]
    fn known_moments_read_as_the_calendar_says() {
        assert_eq!(iso_utc(1_763_718_012), "2025-11-21T09:40:12Z");
        assert_eq!(user_date(wall_date(2026, 3, 2)), "3/2/2026");
        assert_eq!(weekday(days_from_civil(2025, 11, 2)), 0);
        assert_eq!(iso_date(add_months(wall_date(2024, 1, 31), 1)), "2024-02-29");
    }

    #[test]
    fn readings_no_clock_shows_are_refused() {
        let r = Reading { year: 2025, month: 2, day: 29, hour: 0, minute: 0, second: 0 };
        assert_eq!(checked_wall(r), None);
        assert_eq!(checked_wall(Reading { day: 28, hour: 24, ..r }), None);
    }
}
