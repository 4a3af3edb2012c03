//! A value as the sample keeps it: numbers and times as they are, texts as 40 bits of their hash.

use forebay_model::value::parse_date;
use forebay_model::{Instant, Value};
use forebay_stored::{Reader, StateError, Writer};
use rust_decimal::Decimal;

use crate::hash::Canonical;
use crate::seen::{EPOCH_JULIAN_DAY, Exact};

/// Two of 2,048 texts are taken for one with a chance of 2e-6.
const TEXT_BITS: u32 = 40;
const TEXT_BYTES: usize = 5;
const MOST_SCALE: u8 = 28;

/// Equal values have equal codes. A decimal beyond 64 bits is the float nearest to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Code {
    /// The row's batch had no such column.
    Absent,
    Null,
    Boolean(bool),
    Integer(i64),
    /// Mantissa and decimal places.
    Decimal(i64, u8),
    Float(u64),
    Text(u64),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
}

impl Code {
    pub fn of(value: &Value) -> Self {
        let canonical = Canonical::of(value);
        match canonical {
            Canonical::Null => Code::Null,
            Canonical::Boolean(b) => Code::Boolean(b),
            Canonical::Integer(i) => Code::Integer(i),
            Canonical::Decimal(mantissa, scale) => match i64::try_from(mantissa) {
                Ok(mantissa) => Code::Decimal(mantissa, scale),
                Err(_) => Code::Float(Exact { mantissa, scale }.approximate().to_bits()),
            },
            Canonical::Float(x) if x.is_nan() => Code::Float(f64::NAN.to_bits()),
            Canonical::Float(x) => Code::Float(x.to_bits()),
            Canonical::Text(_) | Canonical::Json(_) => Code::Text(canonical.hash() >> (64 - TEXT_BITS)),
            Canonical::Date(d) => Code::Date(d.to_julian_day() - EPOCH_JULIAN_DAY),
            Canonical::Timestamp(at) => Code::Timestamp(at),
        }
    }

    /// As [`of`](Self::of), and of a text that is a plain number, an ISO date or an instant what it says: all that files
    /// of separated values have is texts. Numbers with leading zeros are names.
    pub fn read_of(value: &Value) -> Self {
        match value {
            Value::Text(text) => said(text).unwrap_or_else(|| Code::of(value)),
            _ => Code::of(value),
        }
    }

    /// Whether there is a value.
    pub fn is_filled(self) -> bool {
        !matches!(self, Code::Absent | Code::Null)
    }

    /// Whether it is a number, a date or an instant.
    pub fn is_quantity(self) -> bool {
        use Code::*;
        matches!(self, Integer(_) | Decimal(..) | Float(_) | Date(_) | Timestamp(_))
    }

    /// Dates and instants in seconds. `None` for what is no number, NaN and infinities included.
    pub fn number(self) -> Option<f64> {
        let number = match self {
            Code::Integer(i) => i as f64,
            Code::Decimal(mantissa, scale) => Exact { mantissa: mantissa.into(), scale }.approximate(),
            Code::Float(bits) => f64::from_bits(bits),
            Code::Date(days) => f64::from(days) * 86_400.0,
            Code::Timestamp(micros) => micros as f64 / 1e6,
            Code::Absent | Code::Null | Code::Boolean(_) | Code::Text(_) => return None,
        };
        Some(number).filter(|x| x.is_finite())
    }

    pub fn write(self, to: &mut Writer) {
        match self {
            Code::Absent => to.u8(0),
            Code::Null => to.u8(1),
            Code::Boolean(b) => to.u8(2 + u8::from(b)),
            Code::Integer(i) => tagged(to, 4).i64(i),
            Code::Float(bits) => tagged(to, 5).raw(&bits.to_le_bytes()),
            Code::Text(hash) => tagged(to, 6).raw(&hash.to_le_bytes()[..TEXT_BYTES]),
            Code::Date(days) => tagged(to, 7).i64(days.into()),
            Code::Timestamp(at) => tagged(to, 8).i64(at),
            Code::Decimal(mantissa, scale) => tagged(to, 9 + scale).i64(mantissa),
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(match from.u8()? {
            0 => Code::Absent,
            1 => Code::Null,
            2 => Code::Boolean(false),
            3 => Code::Boolean(true),
            4 => Code::Integer(from.i64()?),
            5 => Code::Float(u64::from_le_bytes(from.array()?)),
            6 => {
                let mut wide = [0; 8];
                wide[..TEXT_BYTES].copy_from_slice(from.raw(TEXT_BYTES)?);
                Code::Text(u64::from_le_bytes(wide))
            }
            7 => Code::Date(i32::try_from(from.i64()?).map_err(|_| from.damaged())?),
            8 => Code::Timestamp(from.i64()?),
            tag if tag <= 9 + MOST_SCALE => Code::Decimal(from.i64()?, tag - 9),
            _ => return Err(from.damaged()),
        })
    }

    /// Bytes that [`write`](Self::write) takes.
    pub fn cost(self) -> usize {
        match self {
            Code::Absent | Code::Null | Code::Boolean(_) => 1,
            Code::Integer(i) | Code::Timestamp(i) | Code::Decimal(i, _) => 1 + signed_cost(i),
            Code::Date(days) => 1 + signed_cost(days.into()),
            Code::Float(_) => 9,
            Code::Text(_) => 1 + TEXT_BYTES,
        }
    }
}

/// Longer texts are no 64-bit number, and no instant as it is written.
const MOST_SAID_BYTES: usize = 32;

fn said(text: &str) -> Option<Code> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > MOST_SAID_BYTES || !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return None;
    }
    if are_digits(whole) && are_digits(fraction) {
        let is_name = whole.len() > 1 && whole.starts_with('0');
        let number = Decimal::from_str_exact(text).ok().filter(|_| !is_name)?;
        return Some(Code::of(&Value::Decimal(number)));
    }
    let value = parse_date(text).map(Value::Date).or_else(|| Instant::parse(text).map(Value::Timestamp))?;
    Some(Code::of(&value))
}

fn tagged(to: &mut Writer, tag: u8) -> &mut Writer {
    to.u8(tag);
    to
}

/// Of a zigzag LEB128.
fn signed_cost(n: i64) -> usize {
    let zigzag = ((n << 1) ^ (n >> 63)) as u64;
    (64 - (zigzag | 1).leading_zeros() as usize).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back(value: &Value) -> Code {
        let code = Code::of(value);
        let mut to = Writer::default();
        code.write(&mut to);
        let bytes = to.into_bytes();
        assert_eq!(bytes.len(), code.cost());
        let read = Code::read(&mut Reader::new(&bytes, "test")).unwrap();
        assert_eq!(read, code);
        read
    }

    proptest! {
        #[test]
        fn codes_come_back_and_cost_what_they_say(i: i64, x: f64, scale in 0_u32..=28, text: String) {
            prop_assert_eq!(back(&Value::Integer(i)).number(), Some(i as f64));
            back(&Value::Float(x));
            back(&Value::Decimal(Decimal::new(i, scale)));
            back(&Value::Text(text));
            back(&Value::Timestamp(forebay_model::Instant::from_micros(i)));
        }
    }

    #[test]
    fn texts_say_numbers_and_times() {
        let said = |text: &str| Code::read_of(&Value::Text(text.into()));
        assert_eq!(said("-12"), Code::Integer(-12));
        assert_eq!(said("1.50"), Code::Decimal(15, 1));
        assert_eq!(said("1970-01-03"), Code::Date(2));
        assert_eq!(said("1970-01-01T00:00:01Z"), Code::Timestamp(1_000_000));
        for name in ["007", "1e5", "x", "", "-", "1.", ".5", "1.2.3", "12 ", "SKU-1"] {
            assert_eq!(said(name), Code::of(&Value::Text(name.into())), "{name}");
        }
    }

    #[test]
    fn values_that_are_equal_have_equal_codes() {
        assert_eq!(
            Code::of(&Value::Decimal(Decimal::new(150, 2))),
            Code::of(&Value::Decimal(Decimal::new(15, 1)))
        );
        assert_eq!(Code::of(&Value::Float(1.0)), Code::of(&Value::Integer(1)));
        assert_eq!(back(&Value::Decimal(Decimal::MAX)).number(), Some(7.922_816_251_426_434e28));
        assert_eq!(back(&Value::Float(f64::NAN)).number(), None);
    }
}
