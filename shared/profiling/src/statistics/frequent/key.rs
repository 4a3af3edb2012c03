//! A held value, in the compact form that equal values share. It becomes text only when it is shown.

use std::borrow::Cow;

use forebay_model::Instant;
use forebay_model::value::{date_text, parse_date};
use rust_decimal::Decimal;
use time::Date;

use super::table::Held;
use crate::hash::Canonical;
use crate::seen::{SHOWN_BYTES, Seen, decimal_text};

/// Kinds of keys; their tags are under it.
pub(super) const KINDS: usize = 10;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Float(f64),
    Date(Date),
    /// Microseconds since 1970.
    Timestamp(i64),
    Text(Shown),
    Json(Shown),
}

/// The first 128 characters of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    text: String,
    /// Whether there was more: then the hash cannot be computed from it.
    cut: bool,
}

impl Key {
    /// `buffer` is an empty string to hold a text in.
    #[inline]
    pub fn new(seen: &Seen<'_>, mut buffer: String) -> Option<Self> {
        let mut shown = || {
            let text = seen.text?;
            buffer.clear();
            buffer.push_str(text.shown);
            Some(Shown { text: std::mem::take(&mut buffer), cut: text.is_cut() })
        };
        Some(match seen.canonical {
            Canonical::Null => return None,
            Canonical::Boolean(b) => Key::Boolean(b),
            Canonical::Integer(i) => Key::Integer(i),
            Canonical::Decimal(mantissa, scale) => {
                Key::Decimal(Decimal::try_from_i128_with_scale(mantissa, scale.into()).ok()?)
            }
            Canonical::Float(x) => Key::Float(x),
            Canonical::Date(d) => Key::Date(d),
            Canonical::Timestamp(micros) => Key::Timestamp(micros),
            Canonical::Text(_) => Key::Text(shown()?),
            Canonical::Json(_) => Key::Json(shown()?),
        })
    }

    pub fn text(&self, places: u8) -> String {
        match self {
            Key::Boolean(b) => b.to_string(),
            Key::Integer(i) => decimal_text((*i).into(), places),
            Key::Decimal(d) => decimal_text(*d, places),
            Key::Float(x) => x.to_string(),
            Key::Date(d) => date_text(*d),
            Key::Timestamp(micros) => Instant::from_micros(*micros).to_string(),
            Key::Text(shown) | Key::Json(shown) => shown.text.clone(),
        }
    }

    /// In full and in one way per value, so that [`Key::stored`] reads it back.
    pub fn store(&self) -> Cow<'_, str> {
        Cow::Owned(match self {
            Key::Text(shown) | Key::Json(shown) => return Cow::Borrowed(&shown.text),
            Key::Boolean(b) => b.to_string(),
            Key::Integer(i) => i.to_string(),
            Key::Decimal(d) => d.to_string(),
            Key::Float(x) => format!("{x:?}"),
            Key::Date(d) if (0..=9_999).contains(&d.year()) => date_text(*d),
            Key::Date(d) => format!("J{}", d.to_julian_day()),
            Key::Timestamp(micros) => Instant::from_micros(*micros).to_string(),
        })
    }

    /// Reads [`Key::store`]; what says the same in another way is refused.
    pub fn stored(tag: u8, text: &str) -> Option<Self> {
        let key = match tag {
            0 => Key::Boolean(text.parse().ok()?),
            1 => Key::Integer(text.parse().ok()?),
            2 => Key::Decimal(Decimal::from_str_exact(text).ok()?),
            3 => Key::Float(text.parse().ok()?),
            4 => match text.strip_prefix('J') {
                Some(day) => Key::Date(Date::from_julian_day(day.parse().ok()?).ok()?),
                None => Key::Date(parse_date(text)?),
            },
            5 => Key::Timestamp(Instant::parse(text)?.micros()),
            6..=9 => {
                let shown = Shown { text: text.to_owned(), cut: cut(tag) };
                if tag.is_multiple_of(2) { Key::Text(shown) } else { Key::Json(shown) }
            }
            _ => return None,
        };
        (key.store() == text && text.len() <= SHOWN_BYTES).then_some(key)
    }

    pub fn is_cut(&self) -> bool {
        matches!(self, Key::Text(shown) | Key::Json(shown) if shown.cut)
    }

    /// Of what is held; a cut text's own cannot be computed from it.
    pub fn hash(&self) -> u64 {
        self.canonical().hash()
    }

    pub fn tag(&self) -> u8 {
        match self {
            Key::Boolean(_) => 0,
            Key::Integer(_) => 1,
            Key::Decimal(_) => 2,
            Key::Float(_) => 3,
            Key::Date(_) => 4,
            Key::Timestamp(_) => 5,
            Key::Text(shown) => 6 + 2 * u8::from(shown.cut),
            Key::Json(shown) => 7 + 2 * u8::from(shown.cut),
        }
    }

    fn canonical(&self) -> Canonical<'_> {
        match self {
            Key::Boolean(b) => Canonical::Boolean(*b),
            Key::Integer(i) => Canonical::Integer(*i),
            Key::Decimal(d) => Canonical::Decimal(d.mantissa(), d.scale() as u8),
            Key::Float(x) => Canonical::Float(*x),
            Key::Date(d) => Canonical::Date(*d),
            Key::Timestamp(micros) => Canonical::Timestamp(*micros),
            Key::Text(shown) => Canonical::Text(&shown.text),
            Key::Json(shown) => Canonical::Json(&shown.text),
        }
    }
}

impl Held for Key {
    /// As many as it takes at most when written with its count.
    #[inline]
    fn bytes(&self) -> usize {
        const COUNT_AND_LENGTH: usize = 12;
        COUNT_AND_LENGTH
            + match self {
                Key::Boolean(_) => 5,
                Key::Integer(i) => 2 + i.unsigned_abs().checked_ilog10().unwrap_or(0) as usize,
                Key::Decimal(d) => match u64::try_from(d.mantissa().unsigned_abs()) {
                    Ok(mantissa) => {
                        let digits = mantissa.checked_ilog10().unwrap_or(0) + 1;
                        3 + digits.max(d.scale() + 1) as usize
                    }
                    Err(_) => 31,
                },
                Key::Float(_) => 24,
                Key::Date(_) => 10,
                Key::Timestamp(_) => 27,
                Key::Text(shown) | Key::Json(shown) => shown.text.len() + if shown.cut { 8 } else { 0 },
            }
    }

    fn into_buffer(self) -> Option<String> {
        match self {
            Key::Text(shown) | Key::Json(shown) => Some(shown.text),
            _ => None,
        }
    }
}

/// Whether a tag is a cut text's.
pub(super) fn cut(tag: u8) -> bool {
    tag >= 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Value;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            (any::<i64>(), any::<i64>(), 0_u32..=28).prop_map(|(a, b, scale)| {
                let mantissa = i128::from(a) * i128::from(b >> 31);
                Value::Decimal(Decimal::try_from_i128_with_scale(mantissa, scale).unwrap_or_default())
            }),
            any::<f64>().prop_map(Value::Float),
            prop::sample::select(vec![f64::NAN, f64::INFINITY, 5e-324, f64::MAX]).prop_map(Value::Float),
            (-1_000_000_i32..5_000_000).prop_map(|d| Value::Date(Date::from_julian_day(d).unwrap())),
            any::<i64>().prop_map(|micros| Value::Timestamp(Instant::from_micros(micros))),
            ".{0,140}".prop_map(Value::Text),
            ".{0,140}".prop_map(Value::Json),
        ]
    }

    proptest! {
        #[test]
        fn keys_come_back_as_they_were_stored_within_their_bytes(value in value()) {
            let seen = Seen::new(&value, 1, None);
            let key = Key::new(&seen, String::new()).unwrap();
            let text = key.store();
            prop_assert!(12 + text.len() <= key.bytes());
            let back = Key::stored(key.tag(), &text).unwrap();
            prop_assert_eq!(format!("{back:?}"), format!("{key:?}"));
            if !key.is_cut() {
                prop_assert_eq!(back.hash(), seen.hash);
            }
        }
    }
}
