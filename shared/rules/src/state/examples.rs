//! The records with the lowest hashes of their keys: the same ones whatever the order and the split.

use forebay_stored::{Reader, StateError, Writer};
use std::collections::BTreeMap;

use forebay_model::Value;
use forebay_model::rule::{MOST_EXAMPLES, Violation};
use xxhash_rust::xxh3::xxh3_64;

use crate::compile::MOST_COLUMNS;

const SHOWN_KEY: usize = 128;
const SHOWN_VALUE: usize = 128;
const CHARACTER_BYTES: usize = 4;
pub(super) const MOST_KEY_BYTES: usize = SHOWN_KEY * CHARACTER_BYTES;
pub(super) const MOST_VALUE_BYTES: usize = SHOWN_VALUE * CHARACTER_BYTES;

type Values = Vec<(String, Option<String>)>;

/// Bottom-k by hash of the key; of several violations of one record the smallest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Examples(BTreeMap<(u64, String), Values>);

/// The first `characters` of a text.
pub(crate) fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

pub(crate) fn shown_key(key: &str) -> &str {
    cut(key, SHOWN_KEY)
}

pub(crate) fn shown_value(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Json(text) => Some(cut(text, SHOWN_VALUE).to_owned()),
        other => other.to_text(),
    }
}

pub(crate) fn hash_key(key: &str) -> u64 {
    xxh3_64(key.as_bytes())
}

impl Examples {
    /// Values are worked out only for a record that stays.
    pub fn offer(&mut self, key: &str, values: impl FnOnce() -> Values) {
        let hash = hash_key(key);
        let full = self.0.len() >= MOST_EXAMPLES;
        if full && self.0.last_key_value().is_some_and(|((highest, _), _)| hash > *highest) {
            return;
        }
        self.insert((hash, shown_key(key).to_owned()), values());
    }

    fn insert(&mut self, key: (u64, String), values: Values) {
        match self.0.get_mut(&key) {
            Some(held) if *held <= values => {}
            Some(held) => *held = values,
            None => {
                self.0.insert(key, values);
                if self.0.len() > MOST_EXAMPLES {
                    self.0.pop_last();
                }
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (key, values) in &other.0 {
            self.insert(key.clone(), values.clone());
        }
    }

    pub fn list(&self) -> Vec<Violation> {
        self.0
            .iter()
            .map(|((_, key), values)| Violation { key: key.clone(), values: values.clone() })
            .collect()
    }

    pub fn write(&self, to: &mut Writer) {
        to.u64(self.0.len() as u64);
        for ((hash, key), values) in &self.0 {
            to.hash(*hash);
            to.text(key);
            write_values(values, to);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let length = from.length(MOST_EXAMPLES)?;
        let mut examples = Self::default();
        for _ in 0..length {
            let key = (from.hash()?, from.text(MOST_KEY_BYTES)?.to_owned());
            let values = read_values(from)?;
            if examples.0.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(StateError::Damaged("examples"));
            }
            examples.0.insert(key, values);
        }
        Ok(examples)
    }
}

pub(super) fn write_values(values: &Values, to: &mut Writer) {
    to.u64(values.len() as u64);
    for (column, text) in values {
        to.text(column);
        to.optional(text.as_deref());
    }
}

pub(super) fn read_values(from: &mut Reader<'_>) -> Result<Values, StateError> {
    let length = from.length(MOST_COLUMNS)?;
    let value = |_| {
        let column = from.text(usize::MAX)?.to_owned();
        Ok((column, from.optional(MOST_VALUE_BYTES)?.map(str::to_owned)))
    };
    (0..length).map(value).collect()
}

pub(super) fn read_key(from: &mut Reader<'_>) -> Result<String, StateError> {
    from.text(MOST_KEY_BYTES).map(str::to_owned)
}
