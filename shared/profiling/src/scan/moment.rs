//! Dates, and dates with a time of day.

use super::kind::Kind;
use super::time_form::Joint;
use super::{Reading, clock, date};
use crate::seen::{Exact, Moment, Zone};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
const MICROS_SCALE: u8 = 6;

/// A date of three numbers, and perhaps a time of day after it.
pub(super) fn read(bytes: &[u8]) -> Option<Reading> {
    with_clock(date::read(bytes)?)
}

/// A date and what follows it, to the end of the text.
pub(super) fn with_clock(date: date::Found<'_>) -> Option<Reading> {
    let (joint, rest) = match date.rest {
        [] => return Some(date_only(date)),
        [b'T' | b't', rest @ ..] => (Joint::T, rest),
        [b',', b' ', rest @ ..] => (Joint::Comma, rest),
        [b' ', rest @ ..] => (Joint::Space, rest.strip_prefix(b"at ").unwrap_or(rest)),
        _ => return None,
    };
    let clock = clock::read(rest)?;
    let moment = date.days.map(|days| Moment {
        written_micros: days * MICROS_PER_DAY + clock.micros,
        zone: clock.zone,
        date_only: false,
    });
    let mut form = date.form;
    (form.joint, form.precision) = (joint, clock.precision);
    (form.half_days, form.zone) = (clock.half_days, clock.zone_form);
    (form.zone_apart, form.short_hour, form.zero_hour) =
        (clock.zone_apart, clock.short_hour, clock.zero_hour);
    let kind = if clock.zone == Zone::None { Kind::Timestamp } else { Kind::TimestampTz };
    let number = moment.map(|moment| match clock.has_fraction() {
        true => Exact { mantissa: moment.micros().into(), scale: MICROS_SCALE },
        false => Exact { mantissa: (moment.micros() / MICROS_PER_SECOND).into(), scale: 0 },
    });
    Some(Reading { kind, number, moment, form: form.form(kind) })
}

fn date_only(date: date::Found<'_>) -> Reading {
    let moment = date.days.map(|days| Moment {
        written_micros: days * MICROS_PER_DAY,
        zone: Zone::None,
        date_only: true,
    });
    let number =
        moment.map(|moment| Exact { mantissa: (moment.written_micros / MICROS_PER_SECOND).into(), scale: 0 });
    Reading { kind: Kind::Date, number, moment, form: date.form.form(Kind::Date) }
}
