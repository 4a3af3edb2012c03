//! The most frequent values: counters in the manner of Misra and Gries (1982), purged by a median as in
//! Anderson et al. 2017 ("A high-performance algorithm for identifying frequent items in data streams") and
//! merged as in Agarwal et al. 2012 ("Mergeable summaries").
//!
//! Up to 256 values are counted. When there are more, the median count is taken off all of them and those
//! at zero go; the sum of what was taken off bounds every error. Exact while no value had to go. A state
//! that is stored or merged has room for fewer long values: then what the first of those without room has
//! is taken off.

mod image;
mod key;
pub(super) mod table;
mod version_1;

use forebay_model::profile::{ColumnProfile, FrequentValue};
use forebay_stored::{Reader, StateError, Writer};

use self::table::{Entry, Table};
use super::Statistic;
use crate::seen::{Seen, read_places};
use key::Key;

/// Counters at most.
const CAPACITY: usize = 256;
/// Bytes of values that are held at most while values come.
const HELD_BYTES: usize = 8_000;
/// Bytes that counters take at most in a state, whatever the texts. A column with numbers has quantiles to
/// store as well.
const STORED_BYTES: usize = 3_900;
const STORED_BESIDE_NUMBERS: usize = 2_900;
const SHOWN: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Frequent {
    table: Table<Key>,
    /// How much was taken off: a held value's true count is at most this much higher than its counter, and
    /// a value that is not held occurred at most this often.
    error: u64,
    /// All values that were observed.
    weight: u64,
    /// Decimal places of the decimal with the most.
    places: u8,
    /// Whether any value was or read as a number.
    numbers: bool,
}

impl Frequent {
    /// Apache DataSketches' form; none of no values.
    pub fn image(&self) -> Option<Vec<u8>> {
        (!self.is_default()).then(|| image::write(self, &self.sorted()))
    }

    /// What the image holds, as profiles show it.
    pub fn values(&self) -> impl Iterator<Item = String> {
        self.table.entries().iter().map(|entry| entry.key.text(self.places))
    }

    /// In the order in which they are stored.
    fn sorted(&self) -> Vec<&Entry<Key>> {
        let mut entries: Vec<&Entry<Key>> = self.table.entries().iter().collect();
        entries.sort_unstable_by_key(|entry| (entry.key.tag(), entry.hash));
        entries
    }

    /// Keeps to what is held while values come, and leaves room for many more.
    fn purge(&mut self) {
        while self.table.len() > CAPACITY || self.table.bytes() > HELD_BYTES {
            self.take_off(self.table.median());
        }
    }

    /// A value out of a state; none if it is held already.
    fn hold(&mut self, entry: Entry<Key>) -> Option<()> {
        if entry.count == 0 || self.table.raise(entry.hash, 0) {
            return None;
        }
        self.table.insert(entry);
        Some(())
    }

    fn most_bytes(&self) -> usize {
        if self.numbers { STORED_BESIDE_NUMBERS } else { STORED_BYTES }
    }

    /// Keeps to what is stored, and takes off no more than that needs.
    fn trim(&mut self) {
        if let Some(amount) = self.table.excess(CAPACITY, self.most_bytes()) {
            self.take_off(amount);
        }
    }

    fn take_off(&mut self, amount: u64) {
        self.table.take_off(amount);
        self.error = self.error.saturating_add(amount);
    }
}

impl Statistic for Frequent {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        if let forebay_model::Value::Decimal(d) = seen.value {
            self.places = self.places.max(d.scale() as u8);
        }
        self.weight = self.weight.saturating_add(seen.weight);
        self.numbers |= seen.number.is_some();
        if self.table.raise(seen.hash, seen.weight) {
            return;
        }
        let spare = self.table.spare();
        if let Some(key) = Key::new(seen, spare) {
            self.table.insert(Entry { hash: seen.hash, count: seen.weight, key });
            self.purge();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.places = self.places.max(other.places);
        self.error = self.error.saturating_add(other.error);
        self.weight = self.weight.saturating_add(other.weight);
        self.numbers |= other.numbers;
        for entry in other.table.entries() {
            if !self.table.raise(entry.hash, entry.count) {
                self.table.insert(entry.clone());
            }
        }
        self.trim();
    }

    fn settle(&mut self) {
        self.trim();
    }

    fn is_default(&self) -> bool {
        self.table.len() == 0 && self.error == 0 && self.weight == 0
    }

    /// What the image cannot say, then the image as it is: decimal places, runs of kinds in the order of the
    /// image's items, and the hashes of texts that are longer than what is stored of them.
    fn write(&self, to: &mut Writer) {
        let entries = self.sorted();
        to.u8(self.places);
        to.u8(self.numbers.into());
        let runs = || entries.chunk_by(|a, b| a.key.tag() == b.key.tag());
        to.u64(runs().count() as u64);
        for run in runs() {
            to.u8(run[0].key.tag());
            to.u64(run.len() as u64);
        }
        let cut = entries.iter().filter(|entry| entry.key.is_cut());
        cut.for_each(|entry| to.raw(&entry.hash.to_le_bytes()));
        to.raw(&image::write(self, &entries));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        if from.version() == 1 {
            return version_1::read(from);
        }
        let mut read = Self { places: read_places(from)?, numbers: from.u8()? != 0, ..Self::default() };
        let mut tags = Vec::new();
        for _ in 0..from.length(key::KINDS)? {
            let tag = from.u8()?;
            let length = from.length(CAPACITY - tags.len())?;
            tags.extend(std::iter::repeat_n(tag, length));
        }
        let hashes: Vec<u64> = (tags.iter().filter(|tag| key::cut(**tag)))
            .map(|_| Ok(u64::from_le_bytes(from.array()?)))
            .collect::<Result<_, _>>()?;
        let image = image::read(from.rest()).ok_or(from.damaged())?;
        (read.error, read.weight) = (image.error, image.weight);
        if image.items.len() != tags.len() {
            return Err(from.damaged());
        }
        let mut hashes = hashes.into_iter();
        for ((count, text), tag) in image.items.into_iter().zip(tags) {
            let key = Key::stored(tag, text).ok_or(from.damaged())?;
            let hash = if key.is_cut() { hashes.next().unwrap_or_default() } else { key.hash() };
            read.hold(Entry { hash, count, key }).ok_or(from.damaged())?;
        }
        if read.table.bytes() > read.most_bytes() { Err(from.damaged()) } else { Ok(read) }
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
