//! What a sketch answers questions from.

use super::Kll;

impl Kll {
    /// The kept keys, in no order.
    pub fn keys(&self) -> impl Iterator<Item = i64> {
        self.levels.iter().flatten().copied()
    }

    /// The kept keys in order.
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

    /// How many values are at or below `key`.
    pub fn up_to(&self, key: i64) -> u64 {
        match self.entries.partition_point(|(item, _)| *item <= key) {
            0 => 0,
            at => self.entries[at - 1].1,
        }
    }

    /// How many values are smaller than `key`.
    pub fn below(&self, key: i64) -> u64 {
        match self.entries.partition_point(|(item, _)| *item < key) {
            0 => 0,
            at => self.entries[at - 1].1,
        }
    }
}
