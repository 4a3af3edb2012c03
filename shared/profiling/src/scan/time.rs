//! Dates and timestamps.

use time::{Month, util::days_in_month};

use super::{Kind, number::digits};

/// `2026-03-01`, `3/1/2026`, `31.03.2026`, and any of them followed by a time of day.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    let rest = after_date(bytes)?;
    let Some((separator, time)) = rest.split_first() else { return Some(Kind::Date) };
    (matches!(separator, b'T' | b't' | b' ') && is_time(time)).then_some(Kind::Timestamp)
}

fn after_date(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = digits(bytes);
    let (separator, rest) = rest.split_first()?;
    let (second, rest) = digits(rest);
    let (again, rest) = rest.split_first()?;
    let (third, rest) = digits(rest);
    if separator != again || !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let valid = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => is_date(first, second, third),
        // Day first or month first: either makes it a date.
        (1..=2, 1..=2, 4) => is_date(third, second, first) || is_date(third, first, second),
        _ => false,
    };
    valid.then_some(rest)
}

fn is_date(year: &[u8], month: &[u8], day: &[u8]) -> bool {
    let Ok(month) = Month::try_from(value(month) as u8) else { return false };
    let day = value(day);
    day >= 1 && day <= days_in_month(month, value(year) as i32).into()
}

/// `10:00`, `10:00:59.123`, each with `AM`, `PM`, `Z` or an offset after it.
fn is_time(bytes: &[u8]) -> bool {
    let (hour, rest) = digits(bytes);
    let Some((b':', rest)) = rest.split_first() else { return false };
    let (minute, mut rest) = digits(rest);
    if !matches!(hour.len(), 1..=2) || minute.len() != 2 || value(hour) > 23 || value(minute) > 59 {
        return false;
    }
    if let Some((b':', after)) = rest.split_first() {
        let (second, after) = digits(after);
        // 60 is a leap second.
        if second.len() != 2 || value(second) > 60 {
            return false;
        }
        rest = after;
        if let Some((b'.' | b',', after)) = rest.split_first() {
            let (fraction, after) = digits(after);
            if !matches!(fraction.len(), 1..=9) {
                return false;
            }
            rest = after;
        }
    }
    is_zone(rest.strip_prefix(b" ").unwrap_or(rest))
}

fn is_zone(bytes: &[u8]) -> bool {
    match bytes {
        [] | [b'Z' | b'z'] | [b'A' | b'a' | b'P' | b'p', b'M' | b'm'] | b"UTC" | b"GMT" => true,
        [b'+' | b'-', rest @ ..] => match rest {
            [h, t] | [h, t, b'0'..=b'5', b'0'..=b'9'] | [h, t, b':', b'0'..=b'5', b'0'..=b'9'] => {
                h.is_ascii_digit() && t.is_ascii_digit() && value(&[*h, *t]) <= 15
            }
            _ => false,
        },
        _ => false,
    }
}

/// Of at most four digits.
fn value(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |n, digit| n * 10 + u16::from(digit - b'0'))
}
