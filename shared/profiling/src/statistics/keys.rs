//! Uniqueness, constant columns, key candidates.
//!
//! While the distinct values are counted exactly, all three are exact. Beyond that a duplicate is proved by
//! evidence: a value that the table of recent values met again, or one of the 64 values with the smallest
//! hashes that came twice. That bottom-k sample (Cohen, Kaplan 2007) is a function of the set of values: a
//! value in it was in it from its first occurrence on, whatever the order and the split, so a column in
//! which a share `f` of the values repeats stays unproved with a probability of `(1 - f)^64` at most.

use forebay_model::profile::{ColumnProfile, Estimate, KeyCandidate};
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::seen::Seen;

const SAMPLE: usize = 64;
/// In place of the number of hashes.
const REPEATED: usize = SAMPLE + 1;
const UNKNOWN: usize = SAMPLE + 2;
/// Standard errors that the distinct estimate of a likely key may be away from the rows.
const LIKELY_ERRORS: f64 = 3.0;

#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// Some value came twice: nothing else is kept then.
    repeated: bool,
    /// The smallest hashes, ascending, while no value is known to have come twice.
    smallest: Vec<u64>,
    /// Values were observed by a program that did not look for repeated ones.
    unknown: bool,
}

impl Keys {
    #[inline]
    fn add(&mut self, hash: u64) {
        if self.smallest.len() == SAMPLE && self.smallest.last().is_some_and(|largest| hash > *largest) {
            return;
        }
        self.insert(hash);
    }

    fn insert(&mut self, hash: u64) {
        match self.smallest.binary_search(&hash) {
            Ok(_) => self.prove(),
            Err(at) => {
                // Room first, so that the list never grows beyond it.
                self.smallest.truncate(SAMPLE - 1);
                self.smallest.insert(at.min(SAMPLE - 1), hash);
            }
        }
    }

    fn prove(&mut self) {
        *self = Self { repeated: true, ..Self::default() };
    }

    /// Says that the state came without this section although there were values: what is missing is unknown,
    /// not zero.
    pub fn expect_some(&mut self) {
        self.unknown |= self.is_default();
    }
}

impl Statistic for Keys {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        if self.repeated {
            return;
        }
        if seen.weight > 1 {
            self.prove();
        } else {
            self.add(seen.hash);
        }
    }

    fn merge(&mut self, other: &Self) {
        if self.repeated || other.repeated {
            return self.prove();
        }
        self.unknown |= other.unknown;
        for hash in &other.smallest {
            if self.repeated {
                return;
            }
            self.add(*hash);
        }
    }

    fn is_default(&self) -> bool {
        !self.repeated && !self.unknown && self.smallest.is_empty()
    }

    /// The number of hashes; beyond it, that a value came twice, or, before the hashes, that not all are known.
    fn write(&self, to: &mut Writer) {
        if self.repeated {
            return to.u64(REPEATED as u64);
        }
        if self.unknown {
            to.u64(UNKNOWN as u64);
        }
        to.u64(self.smallest.len() as u64);
        self.smallest.iter().for_each(|hash| to.raw(&hash.to_le_bytes()));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut length = from.length(UNKNOWN)?;
        if length == REPEATED {
            return Ok(Self { repeated: true, ..Self::default() });
        }
        let unknown = length == UNKNOWN;
        if unknown {
            length = from.length(SAMPLE)?;
        }
        let mut smallest = Vec::with_capacity(length);
        for _ in 0..length {
            smallest.push(u64::from_le_bytes(from.array()?));
        }
        let ascending = smallest.is_sorted_by(|a, b| a < b);
        if !ascending || (length == 0 && !unknown) {
            return Err(from.damaged());
        }
        Ok(Self { repeated: false, smallest, unknown })
    }

    /// After `counts` and `distinct`, whose figures it puts together.
    fn finish(&self, profile: &mut ColumnProfile) {
        let filled = profile.rows.saturating_sub(profile.nulls);
        profile.constant = profile.distinct.exact && profile.distinct.value == 1.0;
        profile.key_candidate = self.candidate(profile, filled);
        // A sketch may say a little more than there are values. What is cut off is error alone.
        profile.distinct.value = profile.distinct.value.min(filled as f64);
        profile.uniqueness = uniqueness(profile.distinct, filled);
    }
}

impl Keys {
    /// An empty or blank text identifies nothing: it is no value of a key.
    fn candidate(&self, profile: &ColumnProfile, filled: u64) -> KeyCandidate {
        let whole = profile.nulls == 0 && profile.empties == 0 && profile.blanks == 0;
        if !whole || filled == 0 || self.repeated {
            return KeyCandidate::No;
        }
        let off = (profile.distinct.value - filled as f64).abs();
        if profile.distinct.exact {
            return if off == 0.0 { KeyCandidate::Yes } else { KeyCandidate::No };
        }
        let allowed = LIKELY_ERRORS * profile.distinct.relative_error * filled as f64;
        match off <= allowed {
            true if self.unknown => KeyCandidate::Unknown,
            true => KeyCandidate::Likely,
            false => KeyCandidate::No,
        }
    }
}

fn uniqueness(distinct: Estimate, filled: u64) -> Estimate {
    if filled == 0 {
        return Estimate::NONE;
    }
    Estimate { value: distinct.value / filled as f64, ..distinct }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Value;

    fn keys(values: impl IntoIterator<Item = i64>) -> Keys {
        let mut keys = Keys::default();
        values.into_iter().for_each(|i| keys.observe(&Seen::new(&Value::Integer(i), 1, None)));
        keys
    }

    #[test]
    fn a_sampled_value_that_two_shards_have_is_proof() {
        let mut left = keys(0..10_000);
        assert!(!left.repeated && left.smallest.len() == SAMPLE);
        let mut apart = left.clone();
        apart.merge(&keys(10_000..20_000));
        assert!(!apart.repeated);
        left.merge(&keys(0..20_000));
        assert!(left.repeated);
    }

    #[test]
    fn one_repeated_value_in_ten_is_found_wherever_it_comes_again() {
        assert!(keys((0..50_000).chain(0..5_000)).repeated);
        assert!(keys((0..5_000).chain((0..50_000).rev())).repeated);
    }

    #[test]
    fn no_more_values_differ_than_there_are() {
        let distinct = Estimate { value: 10_200.0, relative_error: 0.016, exact: false };
        let mut profile = ColumnProfile { rows: 10_010, nulls: 10, distinct, ..ColumnProfile::default() };
        keys([1, 1]).finish(&mut profile);
        assert_eq!((profile.distinct.value, profile.uniqueness.value), (10_000.0, 1.0));
        assert_eq!(profile.distinct.relative_error, 0.016);
        // By far too many are no evidence of a key.
        let distinct = Estimate { value: 11_000.0, ..distinct };
        let mut profile = ColumnProfile { rows: 10_000, distinct, ..ColumnProfile::default() };
        keys(0..10_000).finish(&mut profile);
        assert_eq!((profile.distinct.value, profile.key_candidate), (10_000.0, KeyCandidate::No));
    }

    #[test]
    fn the_sample_does_not_depend_on_order_or_split() {
        let whole = keys(0..3_000);
        assert_eq!(keys((0..3_000).rev()).smallest, whole.smallest);
        let mut merged = keys(2_000..3_000);
        merged.merge(&keys(0..2_000));
        assert_eq!(merged.smallest, whole.smallest);
    }
}
