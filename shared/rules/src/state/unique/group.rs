//! The records that share a value.

use std::collections::BTreeMap;

use super::{HASHES, MOST_OF_ONE};
use crate::state::examples::{hash_key, shown_key};

/// Bytes that the length of a text takes at most.
const LENGTH_BYTES: usize = 2;

/// Records by hash of their keys: those with the lowest ones. A group that is not shown has empty texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub keys: BTreeMap<u64, String>,
    /// The value as texts, one a column.
    pub values: Vec<Option<String>>,
    /// The longest key and the longest texts of any record of the group, also of those no longer held: a
    /// measure that only grows, so that what is forgotten does not depend on the order of records.
    pub longest_key: usize,
    pub longest_values: usize,
}

impl Group {
    pub fn of_one(key: &str, values: Option<Vec<Option<String>>>) -> Self {
        let Some(values) = values else {
            return Self { keys: BTreeMap::from([(hash_key(key), String::new())]), ..Self::default() };
        };
        let shown = shown_key(key).to_owned();
        Self {
            longest_key: shown.len(),
            longest_values: length_of(&values),
            keys: BTreeMap::from([(hash_key(key), shown)]),
            values,
        }
    }

    /// Both are shown, or neither is.
    pub fn join(&mut self, other: Self) {
        // Equal values may be written differently, as 1 and 1.00: the smallest text is shown.
        if self.keys.is_empty() || other.values < self.values {
            self.values = other.values;
        }
        for (hash, key) in other.keys {
            let held = self.keys.entry(hash).or_insert_with(|| key.clone());
            if key < *held {
                *held = key;
            }
        }
        while self.keys.len() > MOST_OF_ONE {
            self.keys.pop_last();
        }
        self.longest_key = self.longest_key.max(other.longest_key);
        self.longest_values = self.longest_values.max(other.longest_values);
    }

    /// Only hashes stay.
    pub fn hide(&mut self) {
        self.keys.values_mut().for_each(|key| *key = String::new());
        self.values = Vec::new();
        (self.longest_key, self.longest_values) = (0, 0);
    }

    /// What its texts may take, in bytes.
    pub fn text_bytes(&self) -> usize {
        match self.longest_key + self.longest_values {
            0 => 0,
            _ => self.keys.len() * (LENGTH_BYTES + self.longest_key) + self.longest_values,
        }
    }

    /// How many records have the value, and the variance of that: counted below the limit; beyond, from the hash
    /// of the last one held (Bar-Yossef et al. 2002), with a relative standard error of 1/sqrt(k - 2).
    pub fn size(&self) -> (f64, f64) {
        let k = self.keys.len();
        match self.keys.last_key_value() {
            Some((highest, _)) if k == MOST_OF_ONE => {
                let size = (k - 1) as f64 / ((*highest as f64 + 1.0) / HASHES);
                (size, size * size / (k - 2) as f64)
            }
            _ => (k as f64, 0.0),
        }
    }
}

pub(super) fn length_of(values: &[Option<String>]) -> usize {
    values.iter().map(|text| LENGTH_BYTES + text.as_ref().map_or(0, String::len)).sum()
}
