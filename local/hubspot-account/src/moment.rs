//! Instants as milliseconds since 1970-01-01 UTC, and how the vendor writes them.

pub use forebay_simulation::instant::rfc3339 as plain;
pub use forebay_simulation::machine_ms;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

fn taken_apart(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn seconds(at: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// As the vendor writes it: `2026-03-02T01:00:00.123Z`, and `2026-03-02T01:00:00Z` when no milliseconds are left
/// (Java's `Instant.toString`).
pub fn vendor(ms: i64) -> String {
    let at = taken_apart(ms);
    match at.millisecond() {
        0 => format!("{}Z", seconds(at)),
        fraction => format!("{}.{fraction:03}Z", seconds(at)),
    }
}

/// `2026-03-02`.
pub fn day(ms: i64) -> String {
    let at = taken_apart(ms);
    format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
}

/// `Mon, 02 Mar 2026 01:00:00 GMT` (RFC 9110).
pub fn http_date(ms: i64) -> String {
    let layout = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    taken_apart(ms).format(layout).unwrap_or_default()
}

/// Milliseconds of what a filter may hold: epoch milliseconds, an ISO instant or an ISO day.
pub fn parse(text: &str) -> Option<i64> {
    if let Ok(ms) = text.parse::<i64>() {
        return Some(ms);
    }
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        let nanos = at.to_offset(UtcOffset::UTC).unix_timestamp_nanos();
        return i64::try_from(nanos.div_euclid(1_000_000)).ok();
    }
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for ms in [0, 1, 999, 1_751_274_000_417, 1_767_139_200_000] {
            assert_eq!(parse(&vendor(ms)), Some(ms));
            assert_eq!(parse(&plain(ms)), Some(ms));
            assert_eq!(parse(&ms.to_string()), Some(ms));
            assert_eq!(parse(&day(ms)), Some(ms.div_euclid(DAY) * DAY));
        }
        assert_eq!(parse("2026-03-02T02:00:00.123+01:00"), parse("2026-03-02T01:00:00.123Z"));
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn whole_seconds_have_no_fraction_as_with_the_vendor() {
        assert_eq!(vendor(1_751_274_000_000), "2025-06-30T09:00:00Z");
        assert_eq!(vendor(1_751_274_000_007), "2025-06-30T09:00:00.007Z");
        assert_eq!(plain(1_751_274_000_000), "2025-06-30T09:00:00.000Z");
        assert_eq!(http_date(1_751_274_000_000), "Mon, 30 Jun 2025 09:00:00 GMT");
    }
}
