//! The hash of a whole row: a sum over its columns, so that neither their order counts nor columns that are null,
//! and so that the processor works on several values at once.

use forebay_model::Value;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::hash::{Canonical, mix};

/// Stands for a column's name.
pub(super) fn tag(column: &str) -> u64 {
    xxh3_64(column.as_bytes())
}

/// Odd constants, so that equal payloads of different kinds differ; texts are told apart by how they are hashed.
const BOOLEAN: u64 = 0x9e37_79b9_7f4a_7c15;
const DATE: u64 = 0xe703_7ed1_a0b4_28db;
const TIMESTAMP: u64 = 0x8ebc_6af0_9c88_c6e3;
const JSON: u64 = 0x5895_62f3_0b06_ad6d;

/// Equal for rows that are equal in every column, by the canonical form of their values (1 is 1.00).
#[inline]
pub(super) fn of<'a>(tags: &[u64], fields: impl Iterator<Item = Option<&'a Value>>) -> u64 {
    let terms = tags.iter().zip(fields).map(|(tag, value)| value.map_or(0, |value| term(*tag, value)));
    finished(terms.fold(0, u64::wrapping_add))
}

/// The hash of a row, by the sum of its terms.
#[inline]
pub(super) fn finished(sum: u64) -> u64 {
    mix(sum)
}

/// What a value adds to the sum. The column's name goes in before the value is hashed: a sum does not know places.
#[inline]
pub(super) fn term(tag: u64, value: &Value) -> u64 {
    match Canonical::of(value) {
        Canonical::Null => 0,
        Canonical::Integer(i) => mix(i as u64 ^ tag),
        Canonical::Text(t) => xxh3_64_with_seed(t.as_bytes(), tag),
        Canonical::Json(t) => xxh3_64_with_seed(t.as_bytes(), tag ^ JSON),
        Canonical::Boolean(b) => mix(u64::from(b) ^ tag ^ BOOLEAN),
        Canonical::Date(d) => mix(d.to_julian_day() as u64 ^ tag ^ DATE),
        Canonical::Timestamp(at) => mix(at as u64 ^ tag ^ TIMESTAMP),
        other => mix(other.hash() ^ tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_equal_by_value_and_by_column() {
        let tags = [tag("a"), tag("b")];
        let of = |values: [Value; 2]| super::of(&tags, values.iter().map(Some));
        let (one, two) = (Value::Integer(1), Value::Integer(2));
        assert_eq!(of([one.clone(), two.clone()]), of([Value::Float(1.0), two.clone()]));
        assert_ne!(of([one.clone(), two.clone()]), of([two.clone(), one.clone()]));
        assert_ne!(of([one.clone(), Value::Null]), of([Value::Null, one.clone()]));
        assert_eq!(of([one.clone(), Value::Null]), super::of(&tags[..1], [Some(&one)].into_iter()));
    }

    #[test]
    fn the_hash_never_changes_because_stored_states_hold_it() {
        let values = [Value::Integer(42), Value::Text("forebay".into())];
        assert_eq!(super::of(&[tag("a"), tag("b")], values.iter().map(Some)), 0xc38b_abdc_387e_64f7);
    }
}
