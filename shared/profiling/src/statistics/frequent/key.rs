//! A held value, in the compact form that equal values share. It becomes text only when it is shown.

use forebay_model::{Instant, value::date_text};
use rust_decimal::Decimal;
use time::Date;

use super::table::Held;
use crate::codec::{Reader, StateError, Writer};
use crate::hash::Canonical;
use crate::seen::{SHOWN_BYTES, Seen, decimal_text};

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
        Some(match Canonical::of(seen.value) {
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

    pub fn write(&self, hash: u64, to: &mut Writer) {
        to.u8(self.tag());
        match self {
            Key::Boolean(b) => to.u8((*b).into()),
            Key::Integer(i) | Key::Timestamp(i) => to.i64(*i),
            Key::Decimal(d) => {
                to.i128(d.mantissa());
                to.u8(d.scale() as u8);
            }
            Key::Float(x) => to.f64(*x),
            Key::Date(d) => to.i64(d.to_julian_day().into()),
            Key::Text(shown) | Key::Json(shown) => {
                to.text(&shown.text);
                if shown.cut {
                    to.raw(&hash.to_le_bytes());
                }
            }
        }
    }

    /// The value and its hash.
    pub fn read(from: &mut Reader<'_>) -> Result<(Self, u64), StateError> {
        let tag = from.u8()?;
        let key = match tag {
            0 => Key::Boolean(from.u8()? != 0),
            1 => Key::Integer(from.i64()?),
            2 => {
                let (mantissa, scale) = (from.i128()?, from.u8()?);
                let decimal = Decimal::try_from_i128_with_scale(mantissa, scale.into());
                Key::Decimal(decimal.map_err(|_| from.damaged())?)
            }
            3 => Key::Float(from.f64()?),
            4 => {
                let day = i32::try_from(from.i64()?).map_err(|_| from.damaged())?;
                Key::Date(Date::from_julian_day(day).map_err(|_| from.damaged())?)
            }
            5 => Key::Timestamp(from.i64()?),
            6..=9 => {
                let shown = Shown { text: from.text(SHOWN_BYTES)?.to_owned(), cut: tag >= 8 };
                if tag % 2 == 0 { Key::Text(shown) } else { Key::Json(shown) }
            }
            _ => return Err(from.damaged()),
        };
        let hash = if tag >= 8 { u64::from_le_bytes(from.array()?) } else { key.canonical().hash() };
        Ok((key, hash))
    }

    fn tag(&self) -> u8 {
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
    #[inline]
    fn bytes(&self) -> usize {
        const TAG_AND_COUNT: usize = 6;
        TAG_AND_COUNT
            + match self {
                Key::Boolean(_) => 1,
                Key::Integer(i) => varint_bytes(i.unsigned_abs()),
                Key::Decimal(_) => 15,
                Key::Float(_) => 8,
                Key::Date(_) => 4,
                Key::Timestamp(_) => 9,
                Key::Text(shown) | Key::Json(shown) => shown.text.len() + if shown.cut { 10 } else { 2 },
            }
    }

    fn into_buffer(self) -> Option<String> {
        match self {
            Key::Text(shown) | Key::Json(shown) => Some(shown.text),
            _ => None,
        }
    }
}

/// Bytes of the zigzag LEB128 form.
#[inline]
fn varint_bytes(magnitude: u64) -> usize {
    (65 - magnitude.leading_zeros() as usize) / 7 + 1
}
