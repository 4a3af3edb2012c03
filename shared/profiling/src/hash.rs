//! Hashes of values. They are part of the stored state (distinct counts compare them across batches and
//! versions), so they are fixed here and pinned by a test; no library's default hasher is used.

use forebay_model::Value;
use rust_decimal::Decimal;
use time::Date;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Odd 64-bit constants, one per kind of value, so that equal payloads of different kinds differ.
const BOOLEAN: u64 = 0x9e37_79b9_7f4a_7c15;
const INTEGER: u64 = 0xbf58_476d_1ce4_e5b9;
const DECIMAL: u64 = 0x94d0_49bb_1331_11eb;
const FLOAT: u64 = 0xd6e8_feb8_6659_fd93;
const TEXT: u64 = 0xa076_1d64_78bd_642f;
const DATE: u64 = 0xe703_7ed1_a0b4_28db;
const TIMESTAMP: u64 = 0x8ebc_6af0_9c88_c6e3;
const JSON: u64 = 0x5895_62f3_0b06_ad6d;

/// A value in the one form that all equal values share: 1, 1.0 and 1.00 are `Integer(1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Canonical<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// Without trailing zeros, so never an integer that fits 64 bits.
    Decimal(i128, u8),
    /// Not an integer within 64 bits; NaN is one value.
    Float(f64),
    Text(&'a str),
    Date(Date),
    /// Microseconds since 1970.
    Timestamp(i64),
    Json(&'a str),
}

impl<'a> Canonical<'a> {
    #[inline]
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Canonical::Null,
            Value::Boolean(b) => Canonical::Boolean(*b),
            Value::Integer(i) => Canonical::Integer(*i),
            Value::Decimal(d) => canonical_decimal(*d),
            Value::Float(x) => canonical_float(*x),
            Value::Text(t) => Canonical::Text(t),
            Value::Date(d) => Canonical::Date(*d),
            Value::Timestamp(at) => Canonical::Timestamp(at.micros()),
            Value::Json(t) => Canonical::Json(t),
        }
    }

    #[inline]
    pub fn hash(self) -> u64 {
        match self {
            Canonical::Null => 0,
            Canonical::Boolean(b) => mix(BOOLEAN ^ u64::from(b)),
            Canonical::Integer(i) => mix(i as u64 ^ INTEGER),
            Canonical::Decimal(mantissa, scale) => decimal_hash(mantissa, scale),
            Canonical::Float(x) if x.is_nan() => mix(FLOAT),
            Canonical::Float(x) => mix(x.to_bits() ^ FLOAT),
            Canonical::Text(t) => xxh3_64_with_seed(t.as_bytes(), TEXT),
            Canonical::Date(d) => mix(d.to_julian_day() as u64 ^ DATE),
            Canonical::Timestamp(micros) => mix(micros as u64 ^ TIMESTAMP),
            Canonical::Json(t) => xxh3_64_with_seed(t.as_bytes(), JSON),
        }
    }
}

/// A hash of the value exactly as it is (1.0 and 1.00 differ), cheaper than the canonical one. For texts
/// the two are the same.
#[inline]
pub(crate) fn quick(value: &Value) -> u64 {
    match value {
        Value::Decimal(d) => decimal_hash(d.mantissa(), d.scale() as u8),
        Value::Float(x) => mix(x.to_bits() ^ FLOAT),
        other => Canonical::of(other).hash(),
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection in which every input bit moves every
/// output bit.
#[inline]
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[inline]
fn decimal_hash(mantissa: i128, scale: u8) -> u64 {
    let high = (mantissa >> 64) as u64;
    let folded = high.wrapping_mul(DECIMAL) ^ (u64::from(scale) << 56);
    mix(mantissa as u64 ^ mix(folded ^ DECIMAL))
}

#[inline]
fn canonical_decimal(d: Decimal) -> Canonical<'static> {
    let (mantissa, scale) = match i64::try_from(d.mantissa()) {
        Ok(mut m) => {
            let mut scale = d.scale() as u8;
            while scale > 0 && m % 10 == 0 {
                m /= 10;
                scale -= 1;
            }
            (i128::from(m), scale)
        }
        Err(_) => {
            let d = d.normalize();
            (d.mantissa(), d.scale() as u8)
        }
    };
    match i64::try_from(mantissa) {
        Ok(i) if scale == 0 => Canonical::Integer(i),
        _ => Canonical::Decimal(mantissa, scale),
    }
}

#[inline]
fn canonical_float(x: f64) -> Canonical<'static> {
    // 2^63 itself saturates to i64::MAX and comes back as 2^63, so the bound is strict.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let integer = x as i64;
    // One NaN for all: their bits would otherwise be those of whichever came first.
    let x = if x.is_nan() { f64::NAN } else { x };
    if x < LIMIT && integer as f64 == x { Canonical::Integer(integer) } else { Canonical::Float(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(value: Value) -> u64 {
        Canonical::of(&value).hash()
    }

    #[test]
    fn equal_numbers_hash_alike_whatever_their_kind_or_scale() {
        let one = hash(Value::Integer(1));
        assert_eq!(one, hash(Value::Decimal(Decimal::new(1, 0))));
        assert_eq!(one, hash(Value::Decimal(Decimal::new(100, 2))));
        assert_eq!(one, hash(Value::Float(1.0)));
        assert_eq!(hash(Value::Integer(0)), hash(Value::Float(-0.0)));
        assert_eq!(hash(Value::Decimal(Decimal::new(15, 1))), hash(Value::Decimal(Decimal::new(150, 2))));
        assert_ne!(one, hash(Value::Text("1".into())));
        assert_ne!(hash(Value::Text("[]".into())), hash(Value::Json("[]".into())));
        assert_ne!(hash(Value::Float(9_223_372_036_854_775_808.0)), hash(Value::Integer(i64::MAX)));
    }

    #[test]
    fn every_nan_is_one_value() {
        assert_eq!(hash(Value::Float(f64::NAN)), hash(Value::Float(-f64::NAN)));
        let Canonical::Float(held) = Canonical::of(&Value::Float(-f64::NAN)) else {
            panic!("NaN is a float")
        };
        assert_eq!(held.to_bits(), f64::NAN.to_bits());
    }

    #[test]
    fn hashes_never_change_because_stored_states_hold_them() {
        assert_eq!(hash(Value::Integer(42)), 0x3a2d_fd56_6522_8083);
        assert_eq!(hash(Value::Text("forebay".into())), 0x20aa_28b9_2fb9_a340);
        assert_eq!(hash(Value::Decimal(Decimal::new(12_345, 2))), 0xd818_d5e1_b17e_87f5);
    }
}
