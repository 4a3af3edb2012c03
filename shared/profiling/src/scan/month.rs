//! Dates with the month's English name.

use super::date::{Found, days_of, full_year};
use super::number::{digits, small};
use super::time_form::{Between, DAY_FIRST, MONTH_FIRST, MonthName, TimeForm};

const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];
const WEEKDAYS: [&[u8]; 7] =
    [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"];

/// `03-Mar-2026`, `3 March 2026`, `3. March 2026`, `3rd of Mar 26`: the day comes first.
pub(super) fn after_day(bytes: &[u8]) -> Option<Found<'_>> {
    let (day, rest) = digits(bytes);
    if !matches!(day.len(), 1..=2) {
        return None;
    }
    let (separator, between, rest) = match without_ordinal(rest) {
        [b'-', rest @ ..] => (b'-', Between::Dash, rest),
        [b'/', rest @ ..] => (b'/', Between::Slash, rest),
        [b'.', b' ', rest @ ..] => (b' ', Between::Point, rest),
        [b' ', rest @ ..] => (b' ', Between::Nothing, rest.strip_prefix(b"of ").unwrap_or(rest)),
        _ => return None,
    };
    let (month, name, rest) = month(rest)?;
    let rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(&[separator])?;
    let (year, rest) = year(rest)?;
    let days = days_of(full_year(year), month, small(day) as u8)?;
    let unpadded = day.len() == 1;
    let short_year = year.len() == 2;
    let form = TimeForm { orders: DAY_FIRST, short_year, between, month: name, unpadded, ..TimeForm::NONE };
    Some(Found { days: Some(days), form, rest })
}

/// `Mar 3, 2026`, `March 3 2026`, `Tue, 03 Mar 2026`, `Tuesday, March 3, 2026`.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let (word, rest) = letters(bytes);
    let Some(_) = place(word, &WEEKDAYS) else { return after_nothing(bytes) };
    let rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?;
    let mut found = after_nothing(rest).or_else(|| after_day(rest))?;
    found.form.weekday = true;
    Some(found)
}

fn after_nothing(bytes: &[u8]) -> Option<Found<'_>> {
    let (month, name, rest) = month(bytes)?;
    let (day, rest) = digits(rest.strip_prefix(b" ")?);
    if !matches!(day.len(), 1..=2) {
        return None;
    }
    let rest = without_ordinal(rest);
    let (year, rest) = year(rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?)?;
    let days = days_of(full_year(year), month, small(day) as u8)?;
    let form = TimeForm {
        orders: MONTH_FIRST,
        short_year: year.len() == 2,
        month: name,
        unpadded: day.len() == 1,
        ..TimeForm::NONE
    };
    Some(Found { days: Some(days), form, rest })
}

fn year(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (year, rest) = digits(bytes);
    matches!(year.len(), 2 | 4).then_some((year, rest))
}

fn month(bytes: &[u8]) -> Option<(u8, MonthName, &[u8])> {
    let (word, rest) = letters(bytes);
    let at = place(word, &MONTHS)?;
    let name = match (at, word.len()) {
        (4, _) => MonthName::May,
        (_, 3 | 4) if word.len() < MONTHS[at].len() => MonthName::Short,
        _ => MonthName::Long,
    };
    Some((at as u8 + 1, name, rest.strip_prefix(b".").unwrap_or(rest)))
}

/// Which of the names a word is, in full or by its first three letters (or `Sept`, `Tues`, `Thur`).
fn place(word: &[u8], names: &[&[u8]]) -> Option<usize> {
    if word.len() < 3 {
        return None;
    }
    let at = names.iter().position(|name| name[..3].eq_ignore_ascii_case(&word[..3]))?;
    let name = names[at];
    let whole = word.len() == name.len() || word.len() <= 4;
    (whole && name.len() >= word.len() && name[..word.len()].eq_ignore_ascii_case(word)).then_some(at)
}

fn letters(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(bytes.len());
    bytes.split_at(end)
}

fn without_ordinal(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b's', b't', rest @ ..] | [b'n' | b'r', b'd', rest @ ..] | [b't', b'h', rest @ ..] => rest,
        _ => bytes,
    }
}

/// Whether a text can begin with the name of a month or weekday: cheap, for texts that mostly do not.
#[inline]
pub(super) fn can_begin(bytes: &[u8]) -> bool {
    let [a, b, c, ..] = bytes else { return false };
    let folded = [a | 0x20, b | 0x20, c | 0x20];
    matches!(
        &folded,
        b"jan"
            | b"feb"
            | b"mar"
            | b"apr"
            | b"may"
            | b"jun"
            | b"jul"
            | b"aug"
            | b"sep"
            | b"oct"
            | b"nov"
            | b"dec"
            | b"mon"
            | b"tue"
            | b"wed"
            | b"thu"
            | b"fri"
            | b"sat"
            | b"sun"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_by_name_are_days() {
        let march_3 = Some(20_515);
        for text in
            ["Mar 3, 2026", "March 3, 2026", "MAR 03 2026", "Tue, 03 Mar 2026", "Tuesday, March 3rd, 2026"]
        {
            assert_eq!(read(text.as_bytes()).and_then(|found| found.days), march_3, "{text}");
        }
        for text in
            ["03-Mar-2026", "3 March 2026", "3-MAR-26", "3. March 2026", "3rd of March, 2026", "03/Mar/2026"]
        {
            assert_eq!(after_day(text.as_bytes()).and_then(|found| found.days), march_3, "{text}");
        }
    }

    #[test]
    fn words_that_only_begin_like_months_are_none() {
        for text in ["Marble 3, 2026", "Mar 32, 2026", "Mar 2026", "Monthly 3 Mar 2026", "Sunny", "May"] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
            assert!(can_begin(text.as_bytes()), "{text}");
        }
    }
}
