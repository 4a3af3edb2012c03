//! Values in a form in which equal ones are equal: for membership, uniqueness and joins; and their order.

use std::borrow::Cow;
use std::cmp::Ordering;

use forebay_model::Value;
use forebay_model::rule::{Comparison, number_in};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use time::Date;

use crate::family::Family;

/// A value that is not null. Numbers are equal whatever their scale; every NaN is one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key<'a> {
    Boolean(bool),
    Exact(Decimal),
    /// The bits of the float, without the sign of zero.
    Float(u64),
    Text(Cow<'a, str>),
    Date(Date),
    /// Microseconds since 1970.
    Timestamp(i64),
    Json(Cow<'a, str>),
}

impl<'a> Key<'a> {
    /// `None` for null. In a column of floats every number is one.
    pub fn of(value: &'a Value, family: Family) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Boolean(b) => Key::Boolean(*b),
            Value::Integer(_) | Value::Decimal(_) | Value::Float(_) if family == Family::Float => {
                Key::Float(float_bits(as_float(value)?))
            }
            Value::Integer(i) => Key::Exact(Decimal::from(*i)),
            Value::Decimal(d) => Key::Exact(d.normalize()),
            Value::Float(x) => Key::Float(float_bits(*x)),
            Value::Text(t) => Key::Text(Cow::Borrowed(t)),
            Value::Date(d) => Key::Date(*d),
            Value::Timestamp(at) => Key::Timestamp(at.micros()),
            Value::Json(t) => Key::Json(Cow::Borrowed(t)),
        })
    }

    /// As it is compared with a value of another column's family.
    pub fn joined(value: &'a Value, family: Family, other: Family) -> Option<Self> {
        let key = Self::of(value, family)?;
        let number = match &key {
            Key::Text(text) if family.is_spelt_by(other) => number_in(text).map(Key::Exact),
            _ => None,
        };
        Some(number.unwrap_or(key))
    }

    pub fn into_owned(self) -> Key<'static> {
        match self {
            Key::Boolean(b) => Key::Boolean(b),
            Key::Exact(d) => Key::Exact(d),
            Key::Float(bits) => Key::Float(bits),
            Key::Text(t) => Key::Text(Cow::Owned(t.into_owned())),
            Key::Date(d) => Key::Date(d),
            Key::Timestamp(at) => Key::Timestamp(at),
            Key::Json(t) => Key::Json(Cow::Owned(t.into_owned())),
        }
    }

    /// Appends bytes that are equal for equal values and for no others. Stored states hold hashes of them, so
    /// they never change.
    pub fn write(&self, to: &mut Vec<u8>) {
        let mut tagged = |tag: u8, bytes: &[u8]| {
            to.push(tag);
            to.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            to.extend_from_slice(bytes);
        };
        match self {
            Key::Boolean(b) => tagged(1, &[u8::from(*b)]),
            Key::Exact(d) => tagged(2, &d.serialize()),
            Key::Float(bits) => tagged(3, &bits.to_le_bytes()),
            Key::Text(t) => tagged(4, t.as_bytes()),
            Key::Date(d) => tagged(5, &d.to_julian_day().to_le_bytes()),
            Key::Timestamp(at) => tagged(6, &at.to_le_bytes()),
            Key::Json(t) => tagged(7, t.as_bytes()),
        }
    }
}

fn float_bits(x: f64) -> u64 {
    if x.is_nan() {
        f64::NAN.to_bits()
    } else if x == 0.0 {
        0
    } else {
        x.to_bits()
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(i) => Some(*i as f64),
        Value::Decimal(d) => d.to_f64(),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

pub(crate) fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(i) => Some(Decimal::from(*i)),
        Value::Decimal(d) => Some(*d),
        _ => None,
    }
}

/// `None` where there is no order: a null, a NaN, kinds that do not compare. Where one side is a float both are;
/// an instant compares with a day by its day in UTC.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Timestamp(b)) => Some(a.cmp(&b.to_datetime().date())),
        (Value::Timestamp(a), Value::Date(b)) => Some(a.to_datetime().date().cmp(b)),
        (Value::Float(_), _) | (_, Value::Float(_)) => as_float(left)?.partial_cmp(&as_float(right)?),
        _ => Some(as_decimal(left)?.cmp(&as_decimal(right)?)),
    }
}

/// What cannot be ordered is unequal and nothing else.
pub(crate) fn compares(left: &Value, operator: Comparison, right: &Value) -> bool {
    let Some(order) = order(left, right) else { return operator == Comparison::NotEqual };
    match operator {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Greater => order.is_gt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Instant;
    use time::macros::date;

    #[test]
    fn numbers_are_equal_by_value_whatever_their_kind_or_scale() {
        let one = Value::Integer(1);
        let long = Value::Decimal(Decimal::new(100, 2));
        assert_eq!(Key::of(&one, Family::Exact), Key::of(&long, Family::Exact));
        assert_eq!(Key::of(&one, Family::Float), Key::of(&Value::Float(1.0), Family::Float));
        assert_eq!(
            Key::of(&Value::Float(-0.0), Family::Float),
            Key::of(&Value::Decimal(Decimal::ZERO), Family::Float)
        );
        assert!(compares(&one, Comparison::Equal, &long));
        assert!(compares(&Value::Float(0.5), Comparison::Less, &one));
    }

    #[test]
    fn a_day_includes_the_instants_of_it() {
        let due = Value::Date(date!(2026 - 03 - 01));
        let at = |text| Value::Timestamp(Instant::parse(text).unwrap());
        assert!(compares(&at("2026-03-01T10:00:00Z"), Comparison::LessOrEqual, &due));
        assert!(compares(&due, Comparison::Less, &at("2026-03-02T00:00:00Z")));
    }

    #[test]
    fn nothing_is_less_than_not_a_number() {
        let nan = Value::Float(f64::NAN);
        for operator in [Comparison::Less, Comparison::Equal, Comparison::GreaterOrEqual] {
            assert!(!compares(&Value::Integer(1), operator, &nan));
        }
        assert!(compares(&nan, Comparison::NotEqual, &nan));
    }
}
