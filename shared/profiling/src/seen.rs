//! One observation, with what several statistics need of it worked out once.

use forebay_model::Value;
use forebay_stored::{Reader, StateError};
use rust_decimal::Decimal;

use crate::hash::Canonical;
use crate::scan::{self, Form, Kind};

/// Values are shown and compared by their first 128 characters.
pub(crate) const SHOWN_CHARACTERS: usize = 128;

/// The longest UTF-8 form of a shown value.
pub(crate) const SHOWN_BYTES: usize = SHOWN_CHARACTERS * 4;

const MICROS_SCALE: u8 = 6;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;
/// Julian day of 1970-01-01.
pub(crate) const EPOCH_JULIAN_DAY: i32 = 2_440_588;

/// A value that is not null, seen `weight` times.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub value: &'a Value,
    pub weight: u64,
    pub canonical: Canonical<'a>,
    /// Of the canonical form: equal values have equal hashes.
    pub hash: u64,
    /// Of a number, date or instant, and of a text that reads as one.
    pub number: Option<Number>,
    pub text: Option<Text<'a>>,
    /// What the value is, or what its text would fit.
    pub kind: Kind,
    /// How a text spells its kind; of other values the kind alone.
    pub form: Form,
    /// Of a date or instant, and of a text that reads as one.
    pub moment: Option<Moment>,
}

/// A point in time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Microseconds since 1970 on the clock that wrote it: what the text says, its offset not applied.
    pub written_micros: i64,
    pub zone: Zone,
    /// A date without a time of day.
    pub date_only: bool,
}

/// What a written time says of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    None,
    Utc,
    /// Minutes east of UTC.
    Offset(i16),
}

impl Moment {
    /// Microseconds since 1970 in UTC; a time without zone counts as UTC.
    #[inline]
    pub fn micros(self) -> i64 {
        match self.zone {
            Zone::Offset(minutes) => self.written_micros.saturating_sub(i64::from(minutes) * 60_000_000),
            Zone::None | Zone::Utc => self.written_micros,
        }
    }
}

/// A finite number. Dates and instants are seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub value: f64,
    /// `None` for floats.
    pub exact: Option<Exact>,
}

/// `mantissa / 10^scale`; the mantissa has at most 97 bits with its sign, the scale is at most 28.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact {
    pub mantissa: i128,
    pub scale: u8,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub full: &'a str,
    /// The first [`SHOWN_CHARACTERS`].
    pub shown: &'a str,
    /// Unicode scalar values in `full`.
    pub characters: u64,
}

impl<'a> Seen<'a> {
    /// `text_hash` is the value's quick hash where it is known already; only texts can use it.
    #[inline]
    pub fn new(value: &'a Value, weight: u64, text_hash: Option<u64>) -> Self {
        let text = match value {
            Value::Text(t) | Value::Json(t) => Some(Text::new(t)),
            _ => None,
        };
        let canonical = Canonical::of(value);
        let hash = match text_hash {
            Some(hash) if text.is_some() => hash,
            _ => canonical.hash(),
        };
        let mut seen = Self {
            value,
            weight,
            canonical,
            hash,
            number: Number::of(value),
            text,
            kind: Kind::Text,
            form: Form::of(Kind::Text),
            moment: Moment::of(value),
        };
        seen.kind = match value {
            Value::Null => Kind::Empty,
            Value::Boolean(_) => Kind::Boolean,
            Value::Integer(_) => Kind::Integer,
            Value::Decimal(_) | Value::Float(_) => Kind::Decimal,
            Value::Date(_) => Kind::Date,
            Value::Timestamp(_) => Kind::TimestampTz,
            Value::Json(_) => Kind::Json,
            Value::Text(text) => {
                let reading = scan::read(text);
                seen.number = reading.number.map(Number::from);
                seen.moment = reading.moment;
                seen.kind = reading.kind;
                seen.form = reading.form;
                return seen;
            }
        };
        seen.form = Form::of(seen.kind);
        seen
    }
}

impl Moment {
    #[inline]
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Date(d) => {
                let days = i64::from(d.to_julian_day() - EPOCH_JULIAN_DAY);
                let written_micros = days * SECONDS_PER_DAY * MICROS_PER_SECOND;
                Some(Self { written_micros, zone: Zone::None, date_only: true })
            }
            Value::Timestamp(at) => {
                Some(Self { written_micros: at.micros(), zone: Zone::Utc, date_only: false })
            }
            _ => None,
        }
    }
}

impl From<Exact> for Number {
    fn from(exact: Exact) -> Self {
        Self { value: exact.approximate(), exact: Some(exact) }
    }
}

impl Number {
    #[inline]
    pub fn of(value: &Value) -> Option<Self> {
        let (mantissa, scale) = match value {
            Value::Integer(i) => (i128::from(*i), 0),
            Value::Decimal(d) => (d.mantissa(), d.scale() as u8),
            Value::Float(x) if x.is_finite() => return Some(Number { value: *x, exact: None }),
            Value::Date(d) => {
                (i128::from(i64::from(d.to_julian_day() - EPOCH_JULIAN_DAY) * SECONDS_PER_DAY), 0)
            }
            Value::Timestamp(at) => (i128::from(at.micros()), MICROS_SCALE),
            _ => return None,
        };
        let exact = Exact { mantissa, scale };
        Some(Number { value: exact.approximate(), exact: Some(exact) })
    }
}

impl Exact {
    /// The nearest float while mantissa and power of ten are exact floats (15 digits), else within two
    /// units in the last place.
    #[inline]
    pub fn approximate(self) -> f64 {
        const POWERS: [f64; 29] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
            1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28,
        ];
        let mantissa = match i64::try_from(self.mantissa) {
            Ok(small) => small as f64,
            Err(_) => self.mantissa as f64,
        };
        if self.scale == 0 { mantissa } else { mantissa / POWERS[usize::from(self.scale.min(28))] }
    }
}

impl<'a> Text<'a> {
    #[inline]
    fn new(full: &'a str) -> Self {
        if full.is_ascii() {
            let shown = full.get(..SHOWN_CHARACTERS).unwrap_or(full);
            return Self { full, shown, characters: full.len() as u64 };
        }
        Self { full, shown: shown(full), characters: full.chars().count() as u64 }
    }

    /// Whether `shown` leaves something out.
    #[inline]
    pub fn is_cut(&self) -> bool {
        self.shown.len() < self.full.len()
    }
}

/// The first [`SHOWN_CHARACTERS`] of a text.
pub(crate) fn shown(text: &str) -> &str {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Decimal places out of a state.
pub(crate) fn read_places(from: &mut Reader<'_>) -> Result<u8, StateError> {
    let places = from.u8()?;
    if u32::from(places) <= Decimal::MAX_SCALE { Ok(places) } else { Err(from.damaged()) }
}

/// A decimal with the decimal places that its column shows, where they fit its 28 digits.
pub(crate) fn decimal_text(d: Decimal, places: u8) -> String {
    let mut shown = d.normalize();
    if shown.scale() < places.into() {
        shown.rescale(places.into());
    }
    shown.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Instant;
    use time::macros::date;

    #[test]
    fn dates_and_instants_count_as_seconds_since_1970() {
        let day = Number::of(&Value::Date(date!(1970 - 01 - 02))).unwrap();
        assert_eq!(day.value, 86_400.0);
        let at = Number::of(&Value::Timestamp(Instant::from_micros(-1_500_000))).unwrap();
        assert_eq!(at.value, -1.5);
    }

    #[test]
    fn decimals_become_the_nearest_float() {
        let price = Number::of(&Value::Decimal(Decimal::new(90_110, 2))).unwrap();
        assert_eq!(price.value, 901.1);
        let largest = Number::of(&Value::Decimal(Decimal::MAX)).unwrap();
        assert_eq!(largest.value, 79_228_162_514_264_337_593_543_950_335.0);
    }

    #[test]
    fn not_a_number_and_infinities_are_no_numbers() {
        assert!(Number::of(&Value::Float(f64::NAN)).is_none());
        assert!(Number::of(&Value::Float(f64::INFINITY)).is_none());
    }

    #[test]
    fn long_texts_are_cut_at_characters_not_bytes() {
        let long = "é".repeat(200);
        let value = Value::Text(long.clone());
        let text = Seen::new(&value, 1, None).text.unwrap();
        assert_eq!((text.characters, text.shown.chars().count()), (200, 128));
        assert!(text.is_cut());
    }
}
