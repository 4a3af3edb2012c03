//! Texts that begin with a digit.

use super::kind::{Form, Hidden, Kind};
use super::time_form::TimeForm;
use super::{Reading, address, clock, dialled, grouped, moment, month, number, postal, word};

const POINT: u8 = 1;
const COMMA: u8 = 2;
const DASH_OR_SLASH: u8 = 4;
const COLON: u8 = 8;
const SPACE: u8 = 16;
const OTHER: u8 = 32;

/// Which characters besides digits a text has.
fn others(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |set, byte| {
        set | match byte {
            b'0'..=b'9' => 0,
            b'.' => POINT,
            b',' => COMMA,
            b'-' | b'/' => DASH_OR_SLASH,
            b':' => COLON,
            b' ' => SPACE,
            _ => OTHER,
        }
    })
}

/// Nothing of what is longer begins with a digit and is more than text.
const LONGEST: usize = 64;

pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    if let Some(found) = number::read(bytes) {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    if bytes.len() > LONGEST {
        return word::is_email(bytes).then(|| Reading::of(Form::of(Kind::Email)));
    }
    let others = others(bytes);
    if others == 0 {
        return zeros(bytes).map(Reading::of);
    }
    let dated = others & DASH_OR_SLASH != 0 || others & (POINT | COMMA) == POINT;
    if dated && let Some(found) = moment::read(bytes) {
        return Some(found);
    }
    if others & OTHER == 0 {
        return separated(bytes, others);
    }
    lettered(bytes, others)
}

/// Digits and separators.
fn separated(bytes: &[u8], others: u8) -> Option<Reading> {
    if others & COLON != 0 {
        return time_of_day(bytes).or_else(|| address::v6(bytes).map(Reading::of));
    }
    // Four groups of three digits are an address more often than thousands of millions.
    if others & POINT != 0
        && let Some(form) = address::v4(bytes)
    {
        return Some(Reading::of(form));
    }
    if let Some(found) = grouped::read(bytes) {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    if others & COMMA != 0 { None } else { dialled::read(bytes).map(Reading::of) }
}

/// With letters or signs among them.
fn lettered(bytes: &[u8], others: u8) -> Option<Reading> {
    if others & COLON != 0
        && let Some(found) = time_of_day(bytes).or_else(|| address::v6(bytes).map(Reading::of))
    {
        return Some(found);
    }
    if let Some(found) = month::after_day(bytes).and_then(moment::with_clock) {
        return Some(found);
    }
    if let Some(form) = postal::read(bytes) {
        return Some(Reading::of(form));
    }
    let last = bytes.last().copied().unwrap_or_default();
    if !last.is_ascii_lowercase()
        && let Some(found) = grouped::read(bytes)
    {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    if last.is_ascii_digit()
        && let Some(form) = dialled::read(bytes)
    {
        return Some(Reading::of(form));
    }
    if word::is_email(bytes) {
        return Some(Reading::of(Form::of(Kind::Email)));
    }
    word::is_host(bytes).then(|| Reading::of(Hidden::Domain.form()))
}

fn time_of_day(bytes: &[u8]) -> Option<Reading> {
    let found = clock::read(bytes)?;
    let form = TimeForm {
        precision: found.precision,
        half_days: found.half_days,
        zone: found.zone_form,
        zone_apart: found.zone_apart,
        short_hour: found.short_hour,
        zero_hour: found.zero_hour,
        ..TimeForm::NONE
    };
    Some(Reading::of(form.form(Kind::Time)))
}

/// Digits alone that are no number: a code with leading zeros, or more digits than numbers have.
fn zeros(bytes: &[u8]) -> Option<Form> {
    const LOWEST_ZIP: &[u8] = b"00501";
    if bytes.first() != Some(&b'0') {
        return None;
    }
    let form = match bytes.len() {
        4 => Hidden::Zeros4,
        5 if bytes < LOWEST_ZIP => Hidden::Zeros5Low,
        5 => Hidden::Zeros5,
        7..=15 => Hidden::ZerosLong,
        _ => Hidden::Zeros,
    };
    Some(form.form())
}
