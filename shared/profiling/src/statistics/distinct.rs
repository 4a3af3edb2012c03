//! How many different values there are: counted exactly up to 1,000, then a HyperLogLog sketch. Values are
//! compared by 48 bits of their hash: two of 1,000 values are taken for one with a probability of 2e-9.
//! The state depends only on the set of values, not on split or order.

mod fingerprints;

use forebay_stored::{Reader, StateError, Writer};
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use forebay_model::profile::{ColumnProfile, Estimate};

use super::Statistic;
use crate::seen::Seen;
use crate::sketch::hyperloglog::{FINGERPRINT_BITS, HyperLogLog, RELATIVE_ERROR};

const EXACT_LIMIT: usize = 1_000;

type Fingerprints = HashSet<u64, BuildHasherDefault<Fingerprint>>;

#[derive(Debug, Clone)]
pub(crate) enum Distinct {
    Exact(Fingerprints),
    Sketch(HyperLogLog),
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::Exact(HashSet::default())
    }
}

impl Distinct {
    /// Apache DataSketches' form, also of values that are still counted exactly; none of no values.
    pub fn image(&self) -> Option<Vec<u8>> {
        if self.is_default() {
            return None;
        }
        Some(match self {
            Distinct::Sketch(sketch) => sketch.image(),
            Distinct::Exact(set) => sketch_of(set).image(),
        })
    }

    #[inline]
    fn add(&mut self, fingerprint: u64) {
        match self {
            Distinct::Sketch(sketch) => sketch.add(fingerprint),
            Distinct::Exact(set) => {
                set.insert(fingerprint);
                if set.len() > EXACT_LIMIT {
                    *self = Distinct::Sketch(sketch_of(set));
                }
            }
        }
    }
}

fn sketch_of(set: &Fingerprints) -> HyperLogLog {
    let mut sketch = HyperLogLog::new();
    set.iter().for_each(|fingerprint| sketch.add(*fingerprint));
    sketch
}

impl Statistic for Distinct {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        self.add(seen.hash >> (64 - FINGERPRINT_BITS));
    }

    fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Distinct::Exact(theirs)) => theirs.iter().for_each(|fingerprint| self.add(*fingerprint)),
            (Distinct::Sketch(ours), Distinct::Sketch(theirs)) => ours.merge(theirs),
            (Distinct::Exact(ours), Distinct::Sketch(theirs)) => {
                let mut sketch = theirs.clone();
                ours.iter().for_each(|fingerprint| sketch.add(*fingerprint));
                *self = Distinct::Sketch(sketch);
            }
        }
    }

    fn is_default(&self) -> bool {
        matches!(self, Distinct::Exact(set) if set.is_empty())
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Distinct::Sketch(sketch) => {
                to.u64(0);
                to.raw(&sketch.image());
            }
            Distinct::Exact(set) => {
                let mut sorted: Vec<u64> = set.iter().copied().collect();
                sorted.sort_unstable();
                fingerprints::write(&sorted, to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let length = from.length(EXACT_LIMIT)?;
        if length > 0 {
            let read = fingerprints::read(length, from)?;
            let set: HashSet<_, _> = read.into_iter().collect();
            return if set.len() == length { Ok(Distinct::Exact(set)) } else { Err(from.damaged()) };
        }
        if from.version() == 1 {
            return Ok(Distinct::Sketch(HyperLogLog::read_version_1(from)?));
        }
        HyperLogLog::from_image(from.rest()).map(Distinct::Sketch).ok_or(from.damaged())
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        profile.distinct = match self {
            Distinct::Exact(set) => Estimate { value: set.len() as f64, relative_error: 0.0, exact: true },
            Distinct::Sketch(sketch) => {
                Estimate { value: sketch.estimate().round(), relative_error: RELATIVE_ERROR, exact: false }
            }
        };
    }
}

/// Passes a fingerprint through: it is a hash already. The table reads the lowest and the highest bits, so
/// the fingerprint is in both.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fingerprint(u64);

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint ^ (fingerprint << 24);
    }
}
