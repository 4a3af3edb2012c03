//! Quantiles: the KLL sketch (Karnin, Lang, Liberty 2016, "Optimal quantile approximation in streams") with
//! k = 200, over `i64` keys whose order is the order of the values.
//!
//! Level `h` holds items that stand for 2^h values each. A level that is full is sorted and every other item
//! moves up; a coin decides which. The coin is not drawn from a clock but from what is compacted, so the
//! same values in the same order give the same sketch, and merging is commutative to the bit. Values arrive
//! through a block that is sorted at once, which is faster than the paper's tiny bottom levels and no less
//! exact.

use crate::codec::{Reader, StateError, Writer};
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

    /// The kept keys in order. The sketch is settled.
    pub fn sorted(&self) -> Sorted {
        let weighted = |(level, items): (usize, &Vec<i64>)| {
            items.iter().map(move |key| (*key, 1_u64 << level)).collect::<Vec<_>>()
        };
        let mut entries: Vec<(i64, u64)> = self.levels.iter().enumerate().flat_map(weighted).collect();
        entries.sort_unstable();
        let mut below = 0_u64;
        for (_, weight) in &mut entries {
            below = below.saturating_add(*weight);
            *weight = below;
        }
        Sorted { entries }
    }

    pub fn write(&self, to: &mut Writer) {
        to.u64(self.count);
        to.u8(self.compacted.into());
        to.i64(self.min);
        to.i64(self.max);
        // Keys of whole numbers and short fractions end in the same zeros; these are written once.
        let all = self.levels.iter().flatten().fold(0, |bits, key| bits | *key);
        let zeros = all.trailing_zeros().min(63);
        to.u8(zeros as u8);
        to.u64(self.levels.len() as u64);
        for items in &self.levels {
            to.u64(items.len() as u64);
            let mut before = i64::MIN;
            for key in items {
                to.u64((key.wrapping_sub(before) as u64) >> zeros);
                before = *key;
            }
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut sketch = Kll { count: from.u64()?, ..Self::default() };
        sketch.compacted = from.u8()? != 0;
        sketch.min = from.i64()?;
        sketch.max = from.i64()?;
        let zeros = u32::from(from.u8()?);
        if zeros > 63 {
            return Err(from.damaged());
        }
        let levels = from.length(MOST_LEVELS)?;
        let mut weight = 0_u128;
        for level in 0..levels {
            let items = read_level(from, zeros)?;
            weight += (items.len() as u128) << level;
            sketch.levels.push(items);
        }
        let bounded = sketch.levels.iter().flatten().all(|key| (sketch.min..=sketch.max).contains(key));
        if weight != sketch.count.into() || sketch.count == 0 || !bounded {
            return Err(from.damaged());
        }
        Ok(sketch)
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

/// Keys in order with how many values are at or below each.
#[derive(Debug)]
pub(crate) struct Sorted {
    entries: Vec<(i64, u64)>,
}

impl Sorted {
    /// The smallest key with at least `rank` values at or below it.
    pub fn at(&self, rank: u64) -> Option<i64> {
        let at = self.entries.partition_point(|(_, below)| *below < rank);
        self.entries.get(at).or(self.entries.last()).map(|(key, _)| *key)
    }

    /// How many values are smaller than `key`.
    pub fn below(&self, key: i64) -> u64 {
        match self.entries.partition_point(|(item, _)| *item < key) {
            0 => 0,
            at => self.entries[at - 1].1,
        }
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

fn read_level(from: &mut Reader<'_>, zeros: u32) -> Result<Vec<i64>, StateError> {
    let length = from.length(4 * KEPT)?;
    let mut items = Vec::with_capacity(length);
    let mut before = i64::MIN;
    for _ in 0..length {
        let step = from.u64()?;
        let distance = step.checked_shl(zeros).filter(|d| d >> zeros == step).ok_or(from.damaged())?;
        let key = before.checked_add_unsigned(distance).ok_or(from.damaged())?;
        items.push(key);
        before = key;
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(sketch: &Kll) -> Vec<u8> {
        let mut to = Writer::default();
        sketch.write(&mut to);
        to.into_bytes()
    }

    /// The largest distance between true and estimated rank, as a share.
    fn rank_error(sketch: &Kll, mut values: Vec<i64>) -> f64 {
        values.sort_unstable();
        let sorted = sketch.sorted();
        let error = |key: &i64| {
            let first = values.partition_point(|v| v < key) as f64;
            (first - sorted.below(*key) as f64).abs() / values.len() as f64
        };
        values.iter().step_by(97).map(error).fold(0.0, f64::max)
    }

    fn streams() -> Vec<(&'static str, Vec<i64>)> {
        let count = 100_000_i64;
        let random = |i: i64| mix(i as u64);
        vec![
            ("sorted", (0..count).collect()),
            ("reversed", (0..count).rev().collect()),
            ("random", (0..count).map(|i| random(i) as i64).collect()),
            ("few values", (0..count).map(|i| (random(i) % 7) as i64).collect()),
            ("skewed", (0..count).map(|i| 1 << (random(i).leading_zeros() % 63)).collect()),
            ("zigzag", (0..count).map(|i| if i % 2 == 0 { i } else { -i }).collect()),
            ("constant", vec![5; count as usize]),
        ]
    }

    #[test]
    fn ranks_are_within_the_stated_error() {
        for (name, values) in streams() {
            let mut sketch = Kll::default();
            values.iter().for_each(|key| sketch.add(*key));
            sketch.settle();
            assert!(sketch.levels.iter().map(Vec::len).sum::<usize>() < 800);
            let error = rank_error(&sketch, values);
            assert!(error < RANK_ERROR, "{name}: {error}");
        }
    }

    #[test]
    fn ranks_are_within_the_stated_error_after_merging_a_thousand_shards() {
        for (name, values) in streams() {
            let mut merged = Kll::default();
            for shard in values.chunks(100) {
                let mut sketch = Kll::default();
                shard.iter().for_each(|key| sketch.add(*key));
                merged.merge(&sketch);
            }
            assert_eq!(merged.count(), values.len() as u64);
            let error = rank_error(&merged, values);
            assert!(error < RANK_ERROR, "{name}: {error}");
        }
    }

    #[test]
    fn weights_stand_for_repetitions() {
        let mut weighted = Kll::default();
        let mut values = Vec::new();
        for i in 0..3_000_i64 {
            let (key, weight) = (mix(i as u64) as i64 % 5_000, mix(i as u64 + 9) % 60);
            weighted.add_weighted(key, weight + 1);
            values.extend(std::iter::repeat_n(key, weight as usize + 1));
        }
        weighted.add_weighted(77, 1_000_000);
        values.extend(std::iter::repeat_n(77, 1_000_000));
        (0..100_000_i64).for_each(|i| {
            weighted.add(i % 5_000);
            values.push(i % 5_000);
        });
        weighted.settle();
        assert_eq!(weighted.sorted().below(i64::MAX), values.len() as u64);
        let error = rank_error(&weighted, values);
        assert!(error < RANK_ERROR, "{error}");
    }

    proptest! {
        #[test]
        fn few_values_are_kept_exactly(mut values in prop::collection::vec(any::<i64>(), 1..KEPT)) {
            let mut sketch = Kll::default();
            values.iter().for_each(|key| sketch.add(*key));
            sketch.settle();
            values.sort_unstable();
            prop_assert!(sketch.is_exact());
            let sorted = sketch.sorted();
            for (rank, key) in values.iter().enumerate() {
                prop_assert_eq!(sorted.at(rank as u64 + 1), Some(*key));
            }
            let stored = bytes(&sketch);
            let back = Kll::read(&mut Reader::new(&stored, "test")).unwrap();
            prop_assert_eq!(bytes(&back), stored);
        }

        #[test]
        fn merging_is_commutative_to_the_byte(left in prop::collection::vec(any::<i32>(), 0..2_000), right in prop::collection::vec(any::<i32>(), 0..2_000)) {
            let sketch = |values: &[i32]| {
                let mut sketch = Kll::default();
                values.iter().for_each(|key| sketch.add((*key).into()));
                sketch.settle();
                sketch
            };
            let (mut ab, mut ba) = (sketch(&left), sketch(&right));
            let (a, b) = (ab.clone(), ba.clone());
            ab.merge(&b);
            ba.merge(&a);
            prop_assert_eq!(bytes(&ab), bytes(&ba));
        }
    }
}
