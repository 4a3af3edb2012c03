//! The most frequent patterns, counted and merged as `frequent` counts values: 64 counters, purged by the
//! median; the sum of what was taken off bounds every error. Exact while no pattern had to go.

use forebay_model::profile::PatternCount;
use forebay_stored::{Reader, StateError, Writer};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::super::frequent::table::{Entry, Held, Table};
use super::generalise::{MOST_BYTES as MOST_PATTERN_BYTES, Pattern};

/// Counters at most.
const CAPACITY: usize = 64;
/// Bytes that they take at most when written, about.
const MOST_BYTES: usize = 900;
const SHOWN: usize = 20;
/// So that a pattern's hash is not that of an equal text.
const SEED: u64 = 0x2545_f491_4f6c_dd1d;

impl Held for String {
    fn bytes(&self) -> usize {
        const LENGTH_AND_COUNT: usize = 5;
        self.len() + LENGTH_AND_COUNT
    }

    fn into_buffer(self) -> Option<String> {
        Some(self)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    table: Table<String>,
    /// How much was taken off.
    error: u64,
}

impl Patterns {
    #[inline]
    pub fn add(&mut self, pattern: &Pattern, weight: u64) {
        let hash = hash(pattern.bytes());
        if self.table.raise(hash, weight) {
            return;
        }
        let mut key = self.table.spare();
        key.clear();
        key.push_str(std::str::from_utf8(pattern.bytes()).unwrap_or_default());
        self.table.insert(Entry { hash, count: weight, key });
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.table.len() > CAPACITY || self.table.bytes() > MOST_BYTES {
            let median = self.table.median();
            self.table.take_off(median);
            self.error = self.error.saturating_add(median);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.error = self.error.saturating_add(other.error);
        for entry in other.table.entries() {
            if !self.table.raise(entry.hash, entry.count) {
                self.table.insert(entry.clone());
            }
        }
        self.shrink();
    }

    pub fn write(&self, to: &mut Writer) {
        let mut entries: Vec<&Entry<String>> = self.table.entries().iter().collect();
        entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        to.u64(self.error);
        to.u64(entries.len() as u64);
        for entry in entries {
            to.u64(entry.count);
            to.text(&entry.key);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut read = Self { error: from.u64()?, table: Table::default() };
        for _ in 0..from.length(CAPACITY)? {
            let count = from.u64()?;
            let key = from.text(MOST_PATTERN_BYTES)?.to_owned();
            let hash = hash(key.as_bytes());
            if count == 0 || read.table.raise(hash, 0) {
                return Err(from.damaged());
            }
            read.table.insert(Entry { hash, count, key });
        }
        if read.table.bytes() > MOST_BYTES { Err(from.damaged()) } else { Ok(read) }
    }

    /// Only patterns that surely occurred more often than any that is not held.
    pub fn shown(&self, texts: u64) -> Vec<PatternCount> {
        let mut surest: Vec<PatternCount> = self
            .table
            .entries()
            .iter()
            .filter(|entry| entry.count > self.error)
            .map(|entry| {
                let count = entry.count.saturating_add(self.error);
                let share = (count as f64 / texts.max(1) as f64).min(1.0);
                PatternCount { pattern: entry.key.clone(), count, error: self.error, share }
            })
            .collect();
        surest.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.pattern.cmp(&b.pattern)));
        surest.truncate(SHOWN);
        surest
    }
}

#[inline]
fn hash(pattern: &[u8]) -> u64 {
    xxh3_64_with_seed(pattern, SEED)
}
