//! Parquet's values as ours, by logical type, or by the converted type of older files.

use forebay_model::{Instant, Value};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;
use rust_decimal::Decimal;
use time::{Date, Duration, Time};

/// What a column's bytes stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Unsigned,
    /// With so many decimal places.
    Decimal(u32),
    Date,
    Timestamp(Unit),
    TimeOfDay(Unit),
    Float16,
    Uuid,
    Json,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    fn of(unit: TimeUnit) -> Self {
        match unit {
            TimeUnit::MILLIS => Unit::Millis,
            TimeUnit::MICROS => Unit::Micros,
            TimeUnit::NANOS => Unit::Nanos,
        }
    }

    fn micros(self, n: i64) -> i64 {
        match self {
            Unit::Millis => n.saturating_mul(1_000),
            Unit::Micros => n,
            Unit::Nanos => n.div_euclid(1_000),
        }
    }
}

impl Kind {
    pub fn of(description: &ColumnDescriptor) -> Self {
        match description.logical_type_ref() {
            Some(LogicalType::Decimal(decimal)) => Kind::Decimal(decimal.scale.unsigned_abs()),
            Some(LogicalType::Date) => Kind::Date,
            Some(LogicalType::Timestamp(at)) => Kind::Timestamp(Unit::of(at.unit)),
            Some(LogicalType::Time(time)) => Kind::TimeOfDay(Unit::of(time.unit)),
            Some(LogicalType::Integer(integer)) if !integer.is_signed => Kind::Unsigned,
            Some(LogicalType::Float16) => Kind::Float16,
            Some(LogicalType::Uuid) => Kind::Uuid,
            Some(LogicalType::Json) => Kind::Json,
            Some(LogicalType::String | LogicalType::Enum) => Kind::Text,
            _ => Self::converted(description),
        }
    }

    fn converted(description: &ColumnDescriptor) -> Self {
        match description.converted_type() {
            ConvertedType::DECIMAL => Kind::Decimal(description.type_scale().unsigned_abs()),
            ConvertedType::DATE => Kind::Date,
            ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp(Unit::Millis),
            ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp(Unit::Micros),
            ConvertedType::TIME_MILLIS => Kind::TimeOfDay(Unit::Millis),
            ConvertedType::TIME_MICROS => Kind::TimeOfDay(Unit::Micros),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Kind::Unsigned,
            ConvertedType::JSON => Kind::Json,
            // Early writers did not say that their bytes are texts.
            _ if description.physical_type() == Type::BYTE_ARRAY => Kind::Text,
            _ => Kind::Plain,
        }
    }
}

#[inline]
pub fn int32(kind: Kind, n: i32) -> Value {
    match kind {
        Kind::Unsigned => Value::Integer(i64::from(n as u32)),
        Kind::Date => days(n),
        other => int64(other, i64::from(n)),
    }
}

#[inline]
pub fn int64(kind: Kind, n: i64) -> Value {
    match kind {
        Kind::Unsigned => {
            i64::try_from(n as u64).map_or_else(|_| Value::Decimal((n as u64).into()), Value::Integer)
        }
        Kind::Decimal(scale) => decimal(i128::from(n), scale),
        Kind::Timestamp(unit) => Value::Timestamp(Instant::from_micros(unit.micros(n))),
        Kind::TimeOfDay(unit) => time_of_day(unit.micros(n)),
        _ => Value::Integer(n),
    }
}

/// Bytes as text where they are text, else in hexadecimal digits.
pub fn bytes(kind: Kind, bytes: &[u8]) -> Value {
    match (kind, bytes) {
        (Kind::Decimal(scale), _) => big_decimal(bytes, scale),
        (Kind::Float16, [low, high]) => Value::Float(half(u16::from_le_bytes([*low, *high]))),
        (Kind::Uuid, _) if bytes.len() == 16 => {
            let digits = hexadecimal(bytes);
            let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
            Value::Text(parts.join("-"))
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) if kind == Kind::Json => Value::Json(text.to_owned()),
            Ok(text) => Value::Text(text.to_owned()),
            // A declared text with a fault in it stays a text with a fault, which profiles count.
            Err(_) if kind == Kind::Text && bytes.len() < 4096 => {
                Value::Text(String::from_utf8_lossy(bytes).into_owned())
            }
            Err(_) => Value::Text(format!("0x{}", hexadecimal(bytes))),
        },
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn days(n: i32) -> Value {
    const EPOCH_JULIAN_DAY: i32 = 2_440_588;
    let date = EPOCH_JULIAN_DAY.checked_add(n).and_then(|day| Date::from_julian_day(day).ok());
    date.map_or_else(|| Value::Text(format!("{n} days since 1970")), Value::Date)
}

fn time_of_day(micros: i64) -> Value {
    let time = Time::MIDNIGHT + Duration::microseconds(micros);
    let (hour, minute, second, micro) = time.as_hms_micro();
    let fraction = if micro == 0 { String::new() } else { format!(".{micro:06}") };
    Value::Text(format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
}

/// Exact within 28 digits, else the nearest float.
fn decimal(mantissa: i128, scale: u32) -> Value {
    match Decimal::try_from_i128_with_scale(mantissa, scale) {
        Ok(decimal) => Value::Decimal(decimal),
        Err(_) => Value::Float(mantissa as f64 / 10_f64.powi(scale.min(300) as i32)),
    }
}

/// Two's complement, the highest byte first.
fn big_decimal(bytes: &[u8], scale: u32) -> Value {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    let Some(start) = bytes.len().checked_sub(16) else {
        let mut wide = [fill; 16];
        wide[16 - bytes.len()..].copy_from_slice(bytes);
        return decimal(i128::from_be_bytes(wide), scale);
    };
    match bytes[start..].first_chunk::<16>() {
        Some(low) if bytes[..start].iter().all(|byte| *byte == fill) => {
            decimal(i128::from_be_bytes(*low), scale)
        }
        _ => Value::Text(format!("0x{}", hexadecimal(bytes))),
    }
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x03ff);
    match (bits >> 10) & 0x1f {
        0 => sign * fraction * 2_f64.powi(-24),
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => f64::NAN,
        exponent => sign * (1.0 + fraction / 1024.0) * 2_f64.powi(i32::from(exponent) - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_any_width_are_exact_or_floats() {
        assert_eq!(bytes(Kind::Decimal(2), &[0xff, 0x9c]), Value::Decimal(Decimal::new(-100, 2)));
        assert_eq!(bytes(Kind::Decimal(2), &[0; 20]), Value::Decimal(Decimal::new(0, 2)));
        assert!(matches!(bytes(Kind::Decimal(0), &[0x7f; 16]), Value::Float(x) if x > 1e38));
    }

    #[test]
    fn times_unsigned_and_small_floats_are_read() {
        assert_eq!(
            int64(Kind::TimeOfDay(Unit::Nanos), 3_723_000_001_000),
            Value::Text("01:02:03.000001".into())
        );
        assert_eq!(int64(Kind::Unsigned, -1), Value::Decimal(u64::MAX.into()));
        assert_eq!(int32(Kind::Unsigned, -1), Value::Integer(i64::from(u32::MAX)));
        assert_eq!(int64(Kind::Timestamp(Unit::Nanos), -1), Value::Timestamp(Instant::from_micros(-1)));
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert!(matches!(int32(Kind::Date, i32::MAX), Value::Text(_)));
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_in_digits() {
        assert_eq!(bytes(Kind::Plain, &[0xff, 0x00]), Value::Text("0xff00".into()));
        let uuid = bytes(Kind::Uuid, &[0x12; 16]);
        assert_eq!(uuid, Value::Text("12121212-1212-1212-1212-121212121212".into()));
    }
}
