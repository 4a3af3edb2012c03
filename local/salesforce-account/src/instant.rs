//! Instants are milliseconds since 1970-01-01T00:00:00Z; dates are `yyyy-mm-dd`.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

fn taken_apart(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn seconds(ms: i64) -> String {
    let t = taken_apart(ms);
    let (h, m, s) = t.time().as_hms();
    format!("{:04}-{:02}-{:02}T{h:02}:{m:02}:{s:02}", t.year(), u8::from(t.month()), t.day())
}

/// `2026-03-02T01:00:00.000+0000`, as REST writes it.
pub fn rest(ms: i64) -> String {
    format!("{}.{:03}+0000", seconds(ms), ms.rem_euclid(1_000))
}

/// `2026-03-02T01:00:00.000Z`, as Bulk writes it.
pub fn bulk(ms: i64) -> String {
    format!("{}.{:03}Z", seconds(ms), ms.rem_euclid(1_000))
}

/// `2026-03-02T01:00:00Z`.
pub fn plain(ms: i64) -> String {
    format!("{}Z", seconds(ms))
}

/// `2026-03-02`.
pub fn date(ms: i64) -> String {
    seconds(ms)[..10].to_owned()
}

/// `Mon, 02 Mar 2026 01:00:00 GMT`, as HTTP's Date header writes it.
pub fn http(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let t = taken_apart(ms);
    let (h, m, s) = t.time().as_hms();
    let day = DAYS[usize::from(t.weekday().number_days_from_sunday()) % 7];
    let month = t.month().to_string();
    let month = month.get(..3).unwrap_or("Jan");
    format!("{day}, {:02} {month} {:04} {h:02}:{m:02}:{s:02} GMT", t.day(), t.year())
}

/// A date as the query language and the API write it.
pub fn read_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let month = Month::try_from(digits::<u8>(&text[5..7])?).ok()?;
    Date::from_calendar_date(i32::from(digits::<u16>(&text[..4])?), month, digits(&text[8..])?).ok()
}

fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// An instant with its zone: `Z`, `+hh:mm` or `+hhmm`; fractions of a second are optional.
pub fn read(text: &str) -> Option<i64> {
    if !text.is_ascii() || text.len() < 20 || text.as_bytes()[10] != b'T' {
        return None;
    }
    let date = read_date(&text[..10])?;
    let clock = &text[11..19];
    if clock.as_bytes()[2] != b':' || clock.as_bytes()[5] != b':' {
        return None;
    }
    let time = Time::from_hms(digits(&clock[..2])?, digits(&clock[3..5])?, digits(&clock[6..])?).ok()?;
    let zone_at = text[19..].find(['Z', '+', '-'])? + 19;
    let fraction = match text[19..zone_at].strip_prefix('.') {
        None if zone_at == 19 => 0,
        Some(f) if (1..=9).contains(&f.len()) => digits::<i64>(&format!("{f:0<3}")[..3])?,
        _ => return None,
    };
    let offset = zone(&text[zone_at..])?;
    let seconds = date.with_time(time).assume_offset(offset).unix_timestamp();
    Some(seconds * 1_000 + fraction)
}

fn zone(text: &str) -> Option<UtcOffset> {
    if text == "Z" {
        return Some(UtcOffset::UTC);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let plain = text[1..].replace(':', "");
    let colon_right = text.len() == 5 || text.as_bytes().get(3) == Some(&b':');
    if plain.len() != 4 || !colon_right {
        return None;
    }
    UtcOffset::from_hms(sign * digits::<i8>(&plain[..2])?, sign * digits::<i8>(&plain[2..])?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_instant_is_read() {
        let ms = 1_772_413_200_000;
        for text in [
            "2026-03-02T01:00:00Z",
            "2026-03-02T01:00:00.000Z",
            "2026-03-02T01:00:00+00:00",
            "2026-03-02T03:00:00.0+0200",
        ] {
            assert_eq!(read(text), Some(ms), "{text}");
        }
        for text in
            ["2026-03-02T01:00:00", "2026-02-30T01:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02 01:00:00Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn rest_and_bulk_write_instants_differently() {
        assert_eq!(rest(1_772_413_200_000), "2026-03-02T01:00:00.000+0000");
        assert_eq!(bulk(1_772_413_200_007), "2026-03-02T01:00:00.007Z");
        assert_eq!(http(1_772_413_200_000), "Mon, 02 Mar 2026 01:00:00 GMT");
        assert_eq!((plain(0), date(DAY)), ("1970-01-01T00:00:00Z".to_owned(), "1970-01-02".to_owned()));
    }
}
