//! Counts by length: one per length up to 64, then two per doubling, with boundaries that never move, so
//! that any two states add up bin by bin.

use forebay_model::profile::LengthBin;
use forebay_stored::{Reader, StateError, Writer};

/// Lengths up to this one have a bin each.
const SINGLE: u64 = 64;
/// 0 to 64, then two for each of the 58 doublings that 64 bits hold beyond.
const MOST_BINS: usize = SINGLE as usize + 1 + 2 * 58;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bins {
    /// As long as its longest text needs.
    counts: Vec<u64>,
}

impl Bins {
    #[inline]
    pub fn add(&mut self, length: u64, by: u64) {
        let at = place(length);
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] = self.counts[at].saturating_add(by);
    }

    pub fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *ours = ours.saturating_add(*theirs);
        }
    }

    fn filled(&self) -> impl Iterator<Item = (usize, u64)> {
        self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }

    /// Each filled bin as its distance from the one before, and its count.
    pub fn write(&self, to: &mut Writer) {
        to.u64(self.filled().count() as u64);
        let mut next = 0;
        for (at, count) in self.filled() {
            to.u64((at - next) as u64);
            to.u64(count);
            next = at + 1;
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut counts = Vec::new();
        for _ in 0..from.length(MOST_BINS)? {
            let at = counts.len() + from.length(MOST_BINS)?;
            let count = from.u64()?;
            if at >= MOST_BINS || count == 0 {
                return Err(from.damaged());
            }
            counts.resize(at, 0);
            counts.push(count);
        }
        Ok(Self { counts })
    }

    /// The filled bins; the first and the last are cut to the lengths there are.
    pub fn shown(&self, min: u64, max: u64) -> Vec<LengthBin> {
        let bin = |(at, count)| {
            let (low, high) = range(at);
            LengthBin { low: low.max(min), high: high.min(max), count }
        };
        self.filled().map(bin).collect()
    }
}

#[inline]
fn place(length: u64) -> usize {
    if length <= SINGLE {
        return length as usize;
    }
    // 65 to 128 is one doubling, 129 to 256 the next: counted from one below.
    let below = length - 1;
    let doubling = below.ilog2() - SINGLE.ilog2();
    let half = (below >> (below.ilog2() - 1)) & 1;
    SINGLE as usize + 1 + 2 * doubling as usize + half as usize
}

/// The smallest and the largest length of a bin.
fn range(at: usize) -> (u64, u64) {
    let Some(beyond) = at.checked_sub(SINGLE as usize + 1) else { return (at as u64, at as u64) };
    let width = (SINGLE / 2) << (beyond / 2);
    let low = (2 + (beyond as u64 & 1)) * width;
    (low + 1, low.saturating_add(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_cover_every_length_once() {
        let mut next = 0;
        for at in 0..MOST_BINS - 1 {
            let (low, high) = range(at);
            assert_eq!(low, next, "{at}");
            assert_eq!((place(low), place(high)), (at, at));
            next = high + 1;
        }
        assert_eq!(range(MOST_BINS - 1).0, next);
        assert_eq!(place(u64::MAX), MOST_BINS - 1);
        assert_eq!((range(65), range(66), range(67)), ((65, 96), (97, 128), (129, 192)));
    }
}
