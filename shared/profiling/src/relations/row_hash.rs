//! The hash of a whole row: a sum over its columns, so that neither their order counts nor columns that are null,
//! and so that the processor works on several values at once.

use forebay_model::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::hash::{Canonical, mix};

/// Stands for a column's name.
pub(super) fn tag(column: &str) -> u64 {
    xxh3_64(column.as_bytes())
}

/// Equal for rows that are equal in every column, by the canonical form of their values (1 is 1.00).
#[inline]
pub(super) fn of<'a>(tags: &[u64], fields: impl Iterator<Item = Option<&'a Value>>) -> u64 {
    let term = |(tag, value): (&u64, Option<&Value>)| match value.map_or(Canonical::Null, Canonical::of) {
        Canonical::Null => 0,
        value => mix(value.hash() ^ tag),
    };
    mix(tags.iter().zip(fields).map(term).fold(0, u64::wrapping_add))
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
        assert_eq!(super::of(&[tag("a"), tag("b")], values.iter().map(Some)), 0xa2c5_cf10_01e7_3d1c);
    }
}
