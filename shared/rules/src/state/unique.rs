//! Which values several records share, in bounded memory.
//!
//! A sample of the different values (Gibbons 2001, "Distinct sampling"): the values with the lowest hashes, each with
//! the records that have it, 32 at most. While all records fit, counts are exact. Beyond, a value stays if its hash is below a
//! threshold, and whoever stays was there from its first record on, so what the sample says of it is complete.
//! The state is a function of the set of (value, record) pairs: repeats, order and split do not matter.

use forebay_stored::{Reader, StateError, Writer};
use std::collections::{BTreeMap, BTreeSet};

use forebay_model::rule::{MOST_EXAMPLES, Violation};

use super::examples::{hash_key, read_key, read_values, shown_key, write_values};

/// Records held in one state.
const MOST_RECORDS: usize = 1_024;
/// Records held of one value: of fewer the count is exact; the rest is estimated from the density of their hashes.
const MOST_OF_ONE: usize = 32;
const HASHES: f64 = 18_446_744_073_709_551_616.0;
/// Of a normal distribution, for 95% confidence.
const SIGMAS: f64 = 1.96;
/// Of what a sample never met there may, with 95% confidence, be three (Hanley, Lippman-Hand 1983): pairs at least.
const LEAST_UNSEEN: f64 = 6.0;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unique {
    /// By hash of the value.
    groups: BTreeMap<u64, Group>,
    /// Sum over groups of their records.
    held: usize,
    /// Values with this hash or a higher one were dropped.
    dropped: Option<u64>,
}

/// The records that share a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    /// As texts, for examples.
    values: Vec<(String, Option<String>)>,
    /// By hash of their keys: those with the lowest ones.
    records: BTreeSet<(u64, String)>,
}

/// What is known at the end.
pub(crate) struct Found {
    pub violations: u64,
    pub margin: u64,
    pub examples: Vec<Violation>,
}

impl Unique {
    /// One record whose columns, as bytes, hash to `value`. Texts are worked out where they are kept.
    pub fn observe(&mut self, value: u64, key: &str, texts: impl FnOnce() -> Vec<(String, Option<String>)>) {
        if self.dropped.is_some_and(|dropped| value >= dropped) {
            return;
        }
        let one = BTreeSet::from([(hash_key(key), shown_key(key).to_owned())]);
        self.join(value, Group { values: texts(), records: one });
        self.fit();
    }

    pub fn merge(&mut self, other: &Self) {
        self.dropped = match (self.dropped, other.dropped) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        if let Some(dropped) = self.dropped {
            let gone = self.groups.split_off(&dropped);
            self.held -= gone.values().map(|group| group.records.len()).sum::<usize>();
        }
        for (value, group) in &other.groups {
            if self.dropped.is_none_or(|dropped| *value < dropped) {
                self.join(*value, group.clone());
            }
        }
        self.fit();
    }

    fn join(&mut self, value: u64, group: Group) {
        let ours = self.groups.entry(value).or_default();
        let before = ours.records.len();
        // Equal values may be written differently, as 1 and 1.00: the smallest text is shown.
        if before == 0 || group.values < ours.values {
            ours.values = group.values;
        }
        ours.records.extend(group.records);
        while ours.records.len() > MOST_OF_ONE {
            ours.records.pop_last();
        }
        self.held = self.held + ours.records.len() - before;
    }

    fn fit(&mut self) {
        while self.held > MOST_RECORDS {
            let Some((value, group)) = self.groups.pop_last() else { return };
            self.held -= group.records.len();
            self.dropped = Some(value);
        }
    }

    pub fn finish(&self, checked: u64) -> Found {
        let share = self.dropped.map_or(1.0, |dropped| (dropped as f64 / HASHES).max(1.0 / HASHES));
        let shared: Vec<&Group> = self.groups.values().filter(|group| group.records.len() > 1).collect();
        let sizes: Vec<(f64, f64)> = shared.iter().map(|group| group.size()).collect();
        let total: f64 = sizes.iter().map(|(size, _)| size).sum();
        let variance: f64 = sizes.iter().map(|(size, own)| size * size * (1.0 - share) + own).sum();
        let violations = ((total / share).round() as u64).min(checked);
        let mut margin = SIGMAS * variance.sqrt() / share;
        if self.dropped.is_some() {
            let unseen = self.most_shared(checked, share) - violations as f64;
            margin = margin.max(unseen).max(LEAST_UNSEEN / share);
        }
        Found { violations, margin: (margin.ceil() as u64).min(checked), examples: examples(&shared) }
    }

    /// How many records share a value at most: all but those that surely do not. A value that many records share
    /// may be missing in the sample; values of one record are many and alike, so their number is well known.
    fn most_shared(&self, checked: u64, share: f64) -> f64 {
        let alone = self.groups.values().filter(|group| group.records.len() == 1).count() as f64;
        checked as f64 - (alone - SIGMAS * alone.sqrt()) / share
    }

    pub fn write(&self, to: &mut Writer) {
        to.u64(u64::from(self.dropped.is_some()));
        to.hash(self.dropped.unwrap_or_default());
        to.u64(self.groups.len() as u64);
        for (value, group) in &self.groups {
            to.hash(*value);
            write_values(&group.values, to);
            to.u64(group.records.len() as u64);
            for (hash, key) in &group.records {
                to.hash(*hash);
                to.text(key);
            }
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        const DAMAGED: StateError = StateError::Damaged("shared values");
        let was_dropped = from.flag()?;
        let dropped = Some(from.hash()?).filter(|_| was_dropped);
        let mut unique = Self { dropped, ..Self::default() };
        for _ in 0..from.length(MOST_RECORDS)? {
            let value = from.hash()?;
            let in_order = unique.groups.last_key_value().is_none_or(|(last, _)| *last < value);
            if !in_order || dropped.is_some_and(|dropped| value >= dropped) {
                return Err(DAMAGED);
            }
            let mut group = Group { values: read_values(from)?, records: BTreeSet::new() };
            let length = from.length(MOST_OF_ONE)?;
            for _ in 0..length {
                group.records.insert((from.hash()?, read_key(from)?));
            }
            if length == 0 || group.records.len() != length {
                return Err(DAMAGED);
            }
            unique.held += length;
            unique.groups.insert(value, group);
        }
        if unique.held > MOST_RECORDS { Err(DAMAGED) } else { Ok(unique) }
    }
}

impl Group {
    /// How many records have the value, and the variance of that: counted below the limit; beyond, from the hash
    /// of the last one held (Bar-Yossef et al. 2002), with a relative standard error of 1/sqrt(k - 2).
    fn size(&self) -> (f64, f64) {
        let k = self.records.len();
        match self.records.last() {
            Some((highest, _)) if k == MOST_OF_ONE => {
                let size = (k - 1) as f64 / ((*highest as f64 + 1.0) / HASHES);
                (size, size * size / (k - 2) as f64)
            }
            _ => (k as f64, 0.0),
        }
    }
}

/// Of the records held, those with the lowest hashes of their keys.
fn examples(groups: &[&Group]) -> Vec<Violation> {
    let mut all: Vec<_> =
        groups.iter().flat_map(|group| group.records.iter().map(|key| (key, &group.values))).collect();
    all.sort_unstable();
    let shown = all.into_iter().take(MOST_EXAMPLES);
    shown.map(|((_, key), values)| Violation { key: key.clone(), values: values.clone() }).collect()
}
