//! Times of day and zones.

use super::number::{digits, small};
use super::time_form::{Precision, ZoneForm};
use crate::seen::Zone;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MINUTES_PER_HOUR: i16 = 60;

/// A time of day in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Since midnight. Digits beyond microseconds are cut.
    pub micros: i64,
    pub zone: Zone,
    pub precision: Precision,
    pub half_days: bool,
    pub zone_form: ZoneForm,
    /// A space before an offset.
    pub zone_apart: bool,
    /// An hour of one digit.
    pub short_hour: bool,
    /// An hour of half a day that begins with a zero.
    pub zero_hour: bool,
}

impl Found {
    pub fn has_fraction(&self) -> bool {
        self.precision > Precision::Second
    }
}

/// `10:00`, `10:00:59.123`, `4:05 PM`, each with or without a zone after it; the whole of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Option<Found> {
    let (hour, rest) = digits(bytes);
    let (minute, mut rest) = digits(rest.strip_prefix(b":")?);
    if !matches!(hour.len(), 1..=2) || minute.len() != 2 || small(minute) > 59 {
        return None;
    }
    let (mut second, mut fraction) = (&[][..], &[][..]);
    if let Some(after) = rest.strip_prefix(b":") {
        (second, rest) = digits(after);
        // 60 is a leap second.
        if second.len() != 2 || small(second) > 60 {
            return None;
        }
        if let [b'.' | b',', after @ ..] = rest {
            (fraction, rest) = digits(after);
            if !matches!(fraction.len(), 1..=9) {
                return None;
            }
        }
    }
    let (half, rest) = half_day(rest);
    let (short_hour, zero_hour) = (hour.len() == 1, half.is_some() && hour.starts_with(b"0"));
    let hour = hour_of_day(small(hour), half)?;
    let seconds = (i64::from(hour) * 60 + i64::from(small(minute))) * 60 + i64::from(small(second));
    let zone_apart = matches!(rest, [b' ', b'+' | b'-', ..]);
    let (zone, zone_form) = zone(rest.strip_prefix(b" ").unwrap_or(rest))?;
    Some(Found {
        micros: seconds * MICROS_PER_SECOND + micros(fraction),
        zone,
        precision: precision(second.len(), fraction.len()),
        half_days: half.is_some(),
        zone_form,
        zone_apart,
        short_hour,
        zero_hour,
    })
}

fn precision(second: usize, fraction: usize) -> Precision {
    match (second, fraction) {
        (0, _) => Precision::Minute,
        (_, 0) => Precision::Second,
        (_, 3) => Precision::Millisecond,
        (_, 6) => Precision::Microsecond,
        _ => Precision::OtherFraction,
    }
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

/// `AM` or `PM`, and what follows.
fn half_day(bytes: &[u8]) -> (Option<Half>, &[u8]) {
    let after = bytes.strip_prefix(b" ").unwrap_or(bytes);
    match after {
        [b'A' | b'a', b'M' | b'm', rest @ ..] => (Some(Half::Morning), rest),
        [b'P' | b'p', b'M' | b'm', rest @ ..] => (Some(Half::Afternoon), rest),
        _ => (None, bytes),
    }
}

fn hour_of_day(hour: u16, half: Option<Half>) -> Option<u16> {
    match (half, hour) {
        (None, 0..=23) => Some(hour),
        (Some(Half::Morning), 1..=12) => Some(hour % 12),
        (Some(Half::Afternoon), 1..=12) => Some(hour % 12 + 12),
        _ => None,
    }
}

fn micros(fraction: &[u8]) -> i64 {
    (0..6).fold(0, |micros, at| micros * 10 + fraction.get(at).map_or(0, |digit| i64::from(digit - b'0')))
}

/// `Z`, `UTC`, `+02:00`, `-0800`, `+05`, or one of the abbreviations that have one meaning (those of
/// RFC 5322, and central European time).
fn zone(bytes: &[u8]) -> Option<(Zone, ZoneForm)> {
    let named = |hours: i16| Some((Zone::Offset(hours * MINUTES_PER_HOUR), ZoneForm::Name));
    match bytes {
        [] => Some((Zone::None, ZoneForm::None)),
        [b'Z' | b'z'] => Some((Zone::Utc, ZoneForm::Z)),
        b"UTC" | b"GMT" => Some((Zone::Utc, ZoneForm::Name)),
        [sign @ (b'+' | b'-'), rest @ ..] => offset(*sign == b'-', rest),
        b"EDT" => named(-4),
        b"EST" | b"CDT" => named(-5),
        b"CST" | b"MDT" => named(-6),
        b"MST" | b"PDT" => named(-7),
        b"PST" => named(-8),
        b"CET" => named(1),
        b"CEST" => named(2),
        _ => None,
    }
}

fn offset(west: bool, bytes: &[u8]) -> Option<(Zone, ZoneForm)> {
    const FURTHEST_HOUR: u16 = 15;
    let (hour, minute, form) = match bytes {
        [h, t] => ([*h, *t], [b'0', b'0'], ZoneForm::Hour),
        [h, t, m @ b'0'..=b'5', n] => ([*h, *t], [*m, *n], ZoneForm::Tight),
        [h, t, b':', m @ b'0'..=b'5', n] => ([*h, *t], [*m, *n], ZoneForm::Colon),
        _ => return None,
    };
    if !hour.iter().chain(&minute).all(u8::is_ascii_digit) || small(&hour) > FURTHEST_HOUR {
        return None;
    }
    let minutes = (small(&hour) * 60 + small(&minute)) as i16;
    Some((Zone::Offset(if west { -minutes } else { minutes }), form))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(i64, Zone)> {
        read(text.as_bytes()).map(|found| (found.micros, found.zone))
    }

    #[test]
    fn a_time_of_day_is_microseconds_since_midnight() {
        assert_eq!(at("00:00"), Some((0, Zone::None)));
        assert_eq!(at("12:05 AM"), Some((300_000_000, Zone::None)));
        assert_eq!(at("4:05pm"), Some((57_900_000_000, Zone::None)));
        assert_eq!(at("10:00:59.1234567Z"), Some((36_059_123_456, Zone::Utc)));
        assert_eq!(at("10:00:00.000+0000"), Some((36_000_000_000, Zone::Offset(0))));
        assert_eq!(at("10:00 -07:30"), Some((36_000_000_000, Zone::Offset(-450))));
        assert_eq!(at("10:00:00 PST"), Some((36_000_000_000, Zone::Offset(-480))));
    }

    #[test]
    fn what_no_clock_shows_is_no_time() {
        for text in
            ["24:00", "10:60", "13:05 PM", "0:05 AM", "10", "10:0", "10:00:61", "10:00+16", "10:00 XYZ"]
        {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
