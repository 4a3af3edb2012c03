//! The most frequent values: counters in the manner of Misra and Gries (1982), purged by a median as in
//! Anderson et al. 2017 ("A high-performance algorithm for identifying frequent items in data streams") and
//! merged as in Agarwal et al. 2012 ("Mergeable summaries").
//!
//! Up to 256 values are counted. When there are more, the median count is taken off all of them and those
//! at zero go; the sum of what was taken off bounds every error. Exact while no value had to go.

mod key;
pub(super) mod table;

use forebay_model::profile::{ColumnProfile, FrequentValue};

use self::table::{Entry, Table};
use super::Statistic;
use crate::codec::{Reader, StateError, Writer};
use crate::seen::{Seen, read_places};
use key::Key;

/// Counters at most.
const CAPACITY: usize = 256;
/// Bytes of values that are held at most, so that a state stays small whatever the texts.
const MOST_BYTES: usize = 3_500;
const SHOWN: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Frequent {
    table: Table<Key>,
    /// How much was taken off: a held value's true count is at most this much higher than its counter, and
    /// a value that is not held occurred at most this often.
    error: u64,
    /// Decimal places of the decimal with the most.
    places: u8,
}

impl Frequent {
    fn shrink(&mut self) {
        while self.table.len() > CAPACITY || self.table.bytes() > MOST_BYTES {
            let median = self.table.median();
            self.table.take_off(median);
            self.error = self.error.saturating_add(median);
        }
    }
}

impl Statistic for Frequent {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        if let forebay_model::Value::Decimal(d) = seen.value {
            self.places = self.places.max(d.scale() as u8);
        }
        if self.table.raise(seen.hash, seen.weight) {
            return;
        }
        let spare = self.table.spare();
        if let Some(key) = Key::new(seen, spare) {
            self.table.insert(Entry { hash: seen.hash, count: seen.weight, key });
            self.shrink();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.places = self.places.max(other.places);
        self.error = self.error.saturating_add(other.error);
        for entry in other.table.entries() {
            if !self.table.raise(entry.hash, entry.count) {
                self.table.insert(entry.clone());
            }
        }
        self.shrink();
    }

    fn is_default(&self) -> bool {
        self.table.len() == 0 && self.error == 0
    }

    fn write(&self, to: &mut Writer) {
        let mut entries: Vec<&Entry<Key>> = self.table.entries().iter().collect();
        entries.sort_unstable_by_key(|entry| entry.hash);
        to.u64(self.error);
        to.u8(self.places);
        to.u64(entries.len() as u64);
        for entry in entries {
            to.u64(entry.count);
            entry.key.write(entry.hash, to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut read = Self { error: from.u64()?, places: read_places(from)?, ..Self::default() };
        for _ in 0..from.length(CAPACITY)? {
            let count = from.u64()?;
            let (key, hash) = Key::read(from)?;
            if count == 0 || read.table.raise(hash, 0) {
                return Err(from.damaged());
            }
            read.table.insert(Entry { hash, count, key });
        }
        if read.table.bytes() > MOST_BYTES { Err(from.damaged()) } else { Ok(read) }
    }

    /// Only values that surely occurred more often than any that is not held: no false positives.
    fn finish(&self, profile: &mut ColumnProfile) {
        let mut surest: Vec<FrequentValue> = self
            .table
            .entries()
            .iter()
            .filter(|entry| entry.count > self.error)
            .map(|entry| FrequentValue {
                value: entry.key.text(self.places),
                count: entry.count.saturating_add(self.error),
                error: self.error,
            })
            .collect();
        surest.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        surest.truncate(SHOWN);
        profile.frequent = surest;
    }
}
