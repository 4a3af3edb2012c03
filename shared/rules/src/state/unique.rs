//! Which values several records share, in bounded memory.
//!
//! A sample of the different values (Gibbons 2001, "Distinct sampling"): the values with the lowest hashes, each with
//! the records that have it, 32 at most. While all records fit, counts are exact. Beyond, a value stays if its hash is below a
//! threshold, and whoever stays was there from its first record on, so what the sample says of it is complete.
//! Of those, again, the ones with the lowest hashes have their texts, as many as fit, to be shown as examples.
//! The state is a function of the set of (value, record) pairs: repeats, order and split do not matter.

mod group;
mod stored;

use std::collections::BTreeMap;

use forebay_model::rule::{MOST_EXAMPLES, Violation};

use group::Group;

/// Records held in one state.
const MOST_RECORDS: usize = 1_024;
/// What the texts of values and keys may take in one state.
const MOST_TEXT_BYTES: usize = 40 * 1_024;
/// Records held of one value: of fewer the count is exact; the rest is estimated from the density of their hashes.
const MOST_OF_ONE: usize = 32;
const HASHES: f64 = 18_446_744_073_709_551_616.0;
/// Of a normal distribution, for 95% confidence.
const SIGMAS: f64 = 1.96;
/// Of what a sample never met there may, with 95% confidence, be three (Hanley, Lippman-Hand 1983): pairs at least.
const LEAST_UNSEEN: f64 = 6.0;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unique {
    /// The columns that values are of, once there is one.
    columns: Vec<String>,
    /// By hash of the value.
    groups: BTreeMap<u64, Group>,
    /// Sum over groups of their records, and of what their texts may take.
    held: usize,
    text_bytes: usize,
    /// Values with this hash or a higher one were dropped.
    dropped: Option<u64>,
    /// Values with this hash or a higher one have no texts; always below the one above.
    hidden: Option<u64>,
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
        let texts = self.is_shown(value).then(texts).map(|texts| self.take_columns(texts));
        self.join(value, Group::of_one(key, texts));
        self.fit();
    }

    fn take_columns(&mut self, texts: Vec<(String, Option<String>)>) -> Vec<Option<String>> {
        let (columns, values): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
        if self.columns.is_empty() {
            self.columns = columns;
        }
        values
    }

    pub fn merge(&mut self, other: &Self) {
        if self.columns.is_empty() {
            self.columns.clone_from(&other.columns);
        }
        self.dropped = lower(self.dropped, other.dropped);
        self.hidden = lower(self.hidden, other.hidden);
        self.forget();
        for (value, group) in &other.groups {
            if self.dropped.is_some_and(|dropped| *value >= dropped) {
                break;
            }
            let mut group = group.clone();
            if !self.is_shown(*value) {
                group.hide();
            }
            self.join(*value, group);
        }
        self.fit();
    }

    fn is_shown(&self, value: u64) -> bool {
        self.hidden.is_none_or(|hidden| value < hidden)
    }

    fn join(&mut self, value: u64, group: Group) {
        let ours = self.groups.entry(value).or_default();
        self.held -= ours.keys.len();
        self.text_bytes -= ours.text_bytes();
        ours.join(group);
        self.held += ours.keys.len();
        self.text_bytes += ours.text_bytes();
    }

    /// Drops what the thresholds say, after they fell.
    fn forget(&mut self) {
        if let Some(dropped) = self.dropped {
            for group in self.groups.split_off(&dropped).into_values() {
                self.held -= group.keys.len();
                self.text_bytes -= group.text_bytes();
            }
        }
        if let Some(hidden) = self.hidden {
            for (_, group) in self.groups.range_mut(hidden..) {
                self.text_bytes -= group.text_bytes();
                group.hide();
            }
        }
    }

    fn fit(&mut self) {
        while self.held > MOST_RECORDS {
            let Some((value, group)) = self.groups.pop_last() else { return };
            self.held -= group.keys.len();
            self.text_bytes -= group.text_bytes();
            self.dropped = Some(value);
        }
        while self.text_bytes > MOST_TEXT_BYTES {
            let shown = self.groups.range_mut(..self.hidden.unwrap_or(u64::MAX)).next_back();
            let Some((value, group)) = shown else { break };
            self.text_bytes -= group.text_bytes();
            group.hide();
            self.hidden = Some(*value);
        }
        // All that is left is shown: it does not matter what was hidden of the rest.
        if self.hidden.is_some_and(|hidden| self.dropped.is_some_and(|dropped| hidden >= dropped)) {
            self.hidden = None;
        }
    }

    pub fn finish(&self, checked: u64) -> Found {
        let share = self.dropped.map_or(1.0, |dropped| (dropped as f64 / HASHES).max(1.0 / HASHES));
        let shared = || self.groups.iter().filter(|(_, group)| group.keys.len() > 1);
        let sizes: Vec<(f64, f64)> = shared().map(|(_, group)| group.size()).collect();
        let total: f64 = sizes.iter().map(|(size, _)| size).sum();
        let variance: f64 = sizes.iter().map(|(size, own)| size * size * (1.0 - share) + own).sum();
        let violations = ((total / share).round() as u64).min(checked);
        let mut margin = SIGMAS * variance.sqrt() / share;
        if self.dropped.is_some() {
            let unseen = self.most_shared(checked, share) - violations as f64;
            margin = margin.max(unseen).max(LEAST_UNSEEN / share);
        }
        let shown = shared().filter(|(value, _)| self.is_shown(**value)).map(|(_, group)| group);
        Found { violations, margin: (margin.ceil() as u64).min(checked), examples: self.examples(shown) }
    }

    /// How many records share a value at most: all but those that surely do not. A value that many records share
    /// may be missing in the sample; values of one record are many and alike, so their number is well known.
    fn most_shared(&self, checked: u64, share: f64) -> f64 {
        let alone = self.groups.values().filter(|group| group.keys.len() == 1).count() as f64;
        checked as f64 - (alone - SIGMAS * alone.sqrt()) / share
    }

    /// Of the records shown, those with the lowest hashes of their keys.
    fn examples<'a>(&self, groups: impl Iterator<Item = &'a Group>) -> Vec<Violation> {
        let mut all: Vec<_> =
            groups.flat_map(|group| group.keys.iter().map(move |key| (key, &group.values))).collect();
        all.sort_unstable();
        let named = |values: &[Option<String>]| self.columns.iter().cloned().zip(values.to_vec()).collect();
        let shown = all.into_iter().take(MOST_EXAMPLES);
        shown.map(|((_, key), values)| Violation { key: key.clone(), values: named(values) }).collect()
    }
}

fn lower(ours: Option<u64>, theirs: Option<u64>) -> Option<u64> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
        (ours, theirs) => ours.or(theirs),
    }
}
