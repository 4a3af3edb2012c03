//! A sorted set of 48-bit fingerprints as bytes. Many are written as how many begin with each first byte,
//! and the other five bytes of each.

use forebay_stored::{Reader, StateError, Writer};

const BYTES: usize = 6;
/// From here on, counts of first bytes take less than the first bytes.
const MANY: usize = 300;
const REST_BITS: u32 = 40;

/// How many, then each; states of version 1 held no more than the short form.
pub(super) fn write(sorted: &[u64], to: &mut Writer) {
    to.u64(sorted.len() as u64);
    if sorted.len() < MANY {
        sorted.iter().for_each(|fingerprint| to.raw(&fingerprint.to_le_bytes()[..BYTES]));
        return;
    }
    let mut rest = sorted;
    for first in 0..=u64::from(u8::MAX) {
        let (these, after) = rest.split_at(rest.partition_point(|f| f >> REST_BITS <= first));
        to.u64(these.len() as u64);
        rest = after;
    }
    sorted.iter().for_each(|fingerprint| to.raw(&fingerprint.to_le_bytes()[..BYTES - 1]));
}

pub(super) fn read(length: usize, from: &mut Reader<'_>) -> Result<Vec<u64>, StateError> {
    if length < MANY || from.version() == 1 {
        return (0..length).map(|_| Ok(wide(from.array::<BYTES>()?))).collect();
    }
    let mut firsts = Vec::with_capacity(length);
    for first in 0..=u64::from(u8::MAX) {
        let count = from.length(length - firsts.len())?;
        firsts.extend(std::iter::repeat_n(first << REST_BITS, count));
    }
    if firsts.len() != length {
        return Err(from.damaged());
    }
    firsts.into_iter().map(|first| Ok(first | wide(from.array::<{ BYTES - 1 }>()?))).collect()
}

fn wide<const N: usize>(bytes: [u8; N]) -> u64 {
    bytes.iter().rev().fold(0, |wide, byte| (wide << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_comes_back_as_it_was_written(set in prop::collection::btree_set(0_u64..1 << 48, 1..700)) {
            let sorted: Vec<u64> = set.iter().copied().collect();
            let mut to = Writer::default();
            write(&sorted, &mut to);
            let bytes = to.into_bytes();
            let mut from = Reader::new(&bytes, "test");
            let length = from.length(1_000)?;
            let back: BTreeSet<u64> = read(length, &mut from)?.into_iter().collect();
            prop_assert!(from.is_empty());
            prop_assert_eq!(back, set);
        }
    }

    #[test]
    fn a_thousand_take_little_more_than_five_bytes_each() {
        let mut sorted: Vec<u64> = (0..1_000).map(|i| crate::hash::mix(i) >> 16).collect();
        sorted.sort_unstable();
        let mut to = Writer::default();
        write(&sorted, &mut to);
        assert!(to.into_bytes().len() < 5_300);
    }
}
