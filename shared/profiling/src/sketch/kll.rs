//! Quantiles: the KLL sketch (Karnin, Lang, Liberty 2016, "Optimal quantile approximation in streams") with
//! k = 200, over `i64` keys whose order is the order of the values.
//!
//! Level `h` holds items that stand for 2^h values each. A level that is full is sorted and every other item
//! moves up; a coin decides which. The coin is not drawn from a clock but from what is compacted, so the
//! same values in the same order give the same sketch, and merging is commutative to the bit. Values arrive
//! in sorted blocks, which is faster than the paper's tiny bottom levels and no less exact.

mod image;
pub(crate) mod key;
mod sorted;
mod stored;
#[cfg(test)]
mod tests;

pub(crate) use self::sorted::Sorted;
use crate::hash::mix;

/// Items per level below the top, by the formula of Apache DataSketches for k = 200: k times (2/3)^depth,
/// rounded, and 8 at least.
const CAPACITIES: [usize; 8] = [200, 133, 89, 59, 40, 26, 18, 12];
const LEAST_CAPACITY: usize = 8;
/// Up to as many values everything is kept and every rank is exact: what ten levels have room for, which is
/// as many levels as other libraries expect of so many values.
const KEPT: usize = 593;
const MOST_LEVELS: usize = 60;
/// Levels that a block may skip, so that eight of its 512 items stay.
const MOST_SKIPPED: usize = 6;

/// Rank error of quantiles and of shares between two points, at 99% confidence: 2.446 / k^0.9433, measured
/// by the authors of Apache DataSketches for k = 200.
pub(crate) const RANK_ERROR: f64 = 0.0165;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kll {
    count: u64,
    /// Sorted, lightest first.
    levels: Vec<Vec<i64>>,
    min: i64,
    max: i64,
    /// Whether anything was ever left out.
    compacted: bool,
}

impl Kll {
    /// Ascending keys, once each.
    pub fn add_sorted(&mut self, keys: &[i64]) {
        let (Some(low), Some(high)) = (keys.first(), keys.last()) else { return };
        self.widen(*low, *high);
        self.count = self.count.saturating_add(keys.len() as u64);
        // Levels below the last of the least capacity would only hand every other item on. What they would
        // hand on of a sorted block is every so many-th item of it.
        let level = self.levels.len().saturating_sub(CAPACITIES.len() + 1).min(MOST_SKIPPED);
        let stride = 1 << level;
        if stride == 1 || !keys.len().is_multiple_of(stride) {
            merge_into(self.level(0), keys);
        } else {
            let strides = keys.chunks_exact(stride);
            self.compacted |= strides.clone().any(|items| items[0] != items[stride - 1]);
            let offset = coin(self.count, level, keys) as usize % stride;
            let picked: Vec<i64> = strides.map(|items| items[offset]).collect();
            merge_into(self.level(level), &picked);
        }
        self.compress();
    }

    /// Keys with how often they were seen: the binary digits of a count say which levels a key enters.
    pub fn add_weighted(&mut self, mut keys: Vec<(i64, u64)>) {
        keys.sort_unstable();
        let (Some((low, _)), Some((high, _))) = (keys.first(), keys.last()) else { return };
        self.widen(*low, *high);
        self.count = keys.iter().fold(self.count, |sum, (_, weight)| sum.saturating_add(*weight));
        // No higher than where this many values would have risen by themselves; the rest as copies.
        let natural = (self.count / KEPT as u64).checked_ilog2().map_or(0, |log| log as usize);
        let top = natural.max(self.levels.len().saturating_sub(1)).min(MOST_LEVELS - 1);
        for level in 0..top {
            let entering = keys.iter().filter(|(_, weight)| weight >> level & 1 == 1);
            let entering: Vec<i64> = entering.map(|(key, _)| *key).collect();
            if !entering.is_empty() {
                merge_into(self.level(level), &entering);
            }
        }
        let copies = |(key, weight): &(i64, u64)| std::iter::repeat_n(*key, (weight >> top) as usize);
        let copies: Vec<i64> = keys.iter().flat_map(copies).collect();
        if !copies.is_empty() {
            merge_into(self.level(top), &copies);
        }
        self.compress();
    }

    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.widen(other.min, other.max);
        self.count = self.count.saturating_add(other.count);
        self.compacted |= other.compacted;
        for (level, theirs) in other.levels.iter().enumerate() {
            merge_into(self.level(level), theirs);
        }
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

    /// Called before the count grows.
    fn widen(&mut self, low: i64, high: i64) {
        let (min, max) = if self.count == 0 { (low, high) } else { (self.min, self.max) };
        (self.min, self.max) = (min.min(low), max.max(high));
    }

    fn level(&mut self, level: usize) -> &mut Vec<i64> {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        &mut self.levels[level]
    }

    /// Compacts the lowest full level until the sketch is small enough again.
    fn compress(&mut self) {
        let mut kept: usize = self.levels.iter().map(Vec::len).sum();
        loop {
            let count = self.levels.len();
            if kept <= room(count).max(KEPT) {
                return;
            }
            let full = (0..count).find(|level| self.levels[*level].len() >= capacity(*level, count));
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
    CAPACITIES.get(levels - 1 - level).copied().unwrap_or(LEAST_CAPACITY)
}

/// Items that so many levels have room for.
fn room(levels: usize) -> usize {
    (0..levels).map(|level| capacity(level, levels)).sum()
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
