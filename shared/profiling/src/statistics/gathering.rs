//! Numbers on their way to the statistics that need their values alone. They wait in a block and arrive
//! sorted and many at a time: sorted once for all, and counted by places instead of one by one.

use crate::sketch::kll::key::{from_key, to_key};

/// Numbers seen once that wait at most.
pub(crate) const BLOCK: usize = 512;
/// Numbers seen more often that wait at most.
const WEIGHTED: usize = 128;

#[derive(Debug, Clone, Default)]
pub(super) struct Gathering {
    keys: Vec<i64>,
    sorted: Vec<f64>,
    weighted: Vec<(f64, u64)>,
}

/// Finite numbers that were observed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a> {
    /// Seen once each, ascending.
    pub sorted: &'a [f64],
    /// The same as integers in the same order.
    pub keys: &'a [i64],
    /// Seen more than once, in no order.
    pub weighted: &'a [(f64, u64)],
}

impl Gathering {
    /// Says whether it is full.
    #[inline]
    pub fn add(&mut self, number: f64, weight: u64) -> bool {
        if weight == 1 {
            self.keys.push(to_key(number));
            self.keys.len() >= BLOCK
        } else {
            // The two zeros are one.
            self.weighted.push((number + 0.0, weight));
            self.weighted.len() >= WEIGHTED
        }
    }

    pub fn sorted(&mut self) -> Numbers<'_> {
        self.keys.sort_unstable();
        self.sorted.extend(self.keys.iter().map(|key| from_key(*key)));
        Numbers { sorted: &self.sorted, keys: &self.keys, weighted: &self.weighted }
    }

    pub fn clear(&mut self) {
        self.keys.clear();
        // A wide table's columns would hold it all the time for a moment's use.
        self.sorted = Vec::new();
        self.weighted.clear();
    }
}

impl Numbers<'_> {
    /// How often a number of some kind was seen.
    pub fn count(&self, is: impl Fn(f64) -> bool) -> u64 {
        let once = self.sorted.iter().map(|x| u64::from(is(*x))).sum::<u64>();
        let more = self.weighted.iter().filter(|(x, _)| is(*x));
        more.fold(once, |sum, (_, weight)| sum.saturating_add(*weight))
    }
}
