//! Quantiles: the KLL sketch (Karnin, Lang, Liberty 2016, "Optimal quantile approximation in streams") with
//! k = 200, over `i64` keys whose order is the order of the values.
//!
//! Level `h` holds items that stand for 2^h values each. A level that is full is sorted and every other item
//! moves up; a coin decides which. The coin is not drawn from a clock but from what is compacted, so the
//! same values in the same order give the same sketch, and merging is commutative to the bit. Values arrive
//! through a block that is sorted at once, which is faster than the paper's tiny bottom levels and no less
//! exact.

mod sorted;
mod stored;
#[cfg(test)]
mod tests;

pub(crate) use self::sorted::Sorted;
use crate::hash::mix;

const K: f64 = 200.0;
const SHRINK: f64 = 2.0 / 3.0;
const LEAST_CAPACITY: usize = 8;
/// Up to as many values everything is kept and every rank is exact.
const KEPT: usize = 600;
const BLOCK: usize = 512;
const MOST_LEVELS: usize = 60;

/// Rank error of quantiles and of shares between two points, at 99% confidence: 2.446 / k^0.9433, measured
/// by the authors of Apache DataSketches for k = 200.
pub(crate) const RANK_ERROR: f64 = 0.0165;

#[derive(Debug, Clone, Default)]
pub(crate) struct Kll {
    count: u64,
    /// Sorted, lightest first.
    levels: Vec<Vec<i64>>,
    /// Not in `levels` yet.
    block: Vec<i64>,
    min: i64,
    max: i64,
    /// Whether anything was ever left out.
    compacted: bool,
}

impl Kll {
    #[inline]
    pub fn add(&mut self, key: i64) {
        self.widen(key);
        self.count = self.count.saturating_add(1);
        self.block.push(key);
        if self.block.len() >= BLOCK {
            self.settle();
        }
    }

    /// `weight` times the same key: its binary digits say which levels it enters.
    pub fn add_weighted(&mut self, key: i64, weight: u64) {
        self.widen(key);
        self.count = self.count.saturating_add(weight);
        // No higher than where this many values would have risen by themselves; the rest as copies.
        let natural = (self.count / KEPT as u64).checked_ilog2().map_or(0, |log| log as usize);
        let top = natural.max(self.levels.len().saturating_sub(1)).min(MOST_LEVELS - 1);
        for level in 0..top {
            if weight >> level & 1 == 1 {
                self.insert(level, key, 1);
            }
        }
        let copies = (weight >> top) as usize;
        if copies > 0 {
            self.insert(top, key, copies);
        }
        self.compress();
    }

    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.settle();
        if self.count == 0 {
            (self.min, self.max) = (other.min, other.max);
        } else {
            self.widen(other.min);
            self.widen(other.max);
        }
        self.count = self.count.saturating_add(other.count);
        self.compacted |= other.compacted;
        for (level, theirs) in other.levels.iter().enumerate() {
            merge_into(self.level(level), theirs);
        }
        let mut block = other.block.clone();
        block.sort_unstable();
        merge_into(self.level(0), &block);
        self.compress();
    }

    /// Sorts the block into the levels.
    pub fn settle(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let mut block = std::mem::take(&mut self.block);
        block.sort_unstable();
        merge_into(self.level(0), &block);
        block.clear();
        self.block = block;
        self.compress();
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_exact(&self) -> bool {
        !self.compacted
    }

    pub fn min(&self) -> i64 {
        self.min
    }

    pub fn max(&self) -> i64 {
        self.max
    }

    #[inline]
    fn widen(&mut self, key: i64) {
        if self.count == 0 {
            (self.min, self.max) = (key, key);
            return;
        }
        self.min = self.min.min(key);
        self.max = self.max.max(key);
    }

    fn level(&mut self, level: usize) -> &mut Vec<i64> {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        &mut self.levels[level]
    }

    fn insert(&mut self, level: usize, key: i64, copies: usize) {
        let items = self.level(level);
        let at = items.partition_point(|item| *item < key);
        items.splice(at..at, std::iter::repeat_n(key, copies));
    }

    /// Compacts the lowest full level until the sketch is small enough again.
    fn compress(&mut self) {
        let mut kept: usize = self.levels.iter().map(Vec::len).sum();
        loop {
            let count = self.levels.len();
            let capacity: usize = (0..count).map(|level| capacity(level, count)).sum();
            if kept <= capacity.max(KEPT) {
                return;
            }
            let full = (0..count).find(|level| self.levels[*level].len() >= capacity_or_two(*level, count));
            let Some(level) = full else { return };
            kept -= self.compact(level);
        }
    }

    /// Moves every other item of a level up and says how many went away.
    fn compact(&mut self, level: usize) -> usize {
        let mut items = std::mem::take(self.level(level));
        let coin = coin(self.count, level, &items);
        let mut stays = None;
        if items.len() % 2 == 1 {
            stays = if coin & 2 == 0 { items.pop() } else { Some(items.remove(0)) };
        }
        let half = items.len() / 2;
        self.compacted |= items.chunks_exact(2).any(|pair| pair[0] != pair[1]);
        let offset = (coin & 1) as usize;
        for at in 0..half {
            items[at] = items[2 * at + offset];
        }
        items.truncate(half);
        merge_into(self.level(level + 1), &items);
        items.clear();
        items.extend(stays);
        self.levels[level] = items;
        half
    }
}

fn capacity(level: usize, levels: usize) -> usize {
    let depth = (levels - 1 - level) as i32;
    ((K * SHRINK.powi(depth)).ceil() as usize).max(LEAST_CAPACITY)
}

/// A level under two items cannot be compacted.
fn capacity_or_two(level: usize, levels: usize) -> usize {
    capacity(level, levels).max(2)
}

fn coin(count: u64, level: usize, items: &[i64]) -> u64 {
    let pick = |at: usize| items.get(at).map_or(0, |key| *key as u64);
    let ends = pick(0).rotate_left(21) ^ pick(items.len() / 2).rotate_left(42) ^ pick(items.len() - 1);
    mix(mix(count ^ (level as u64) << 58) ^ ends)
}

/// Merges sorted `from` into sorted `to`.
fn merge_into(to: &mut Vec<i64>, from: &[i64]) {
    let (mut left, mut right) = (to.len(), from.len());
    to.extend_from_slice(from);
    let mut place = to.len();
    // From the back, so that nothing is overwritten before it moved.
    while left > 0 && right > 0 {
        place -= 1;
        if to[left - 1] > from[right - 1] {
            left -= 1;
            to[place] = to[left];
        } else {
            right -= 1;
            to[place] = from[right];
        }
    }
    to[..right].copy_from_slice(&from[..right]);
}
