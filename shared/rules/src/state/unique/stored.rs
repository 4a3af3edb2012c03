//! Uniqueness as bytes. Version 1 wrote every column's name with every value and the texts of every record.

use forebay_stored::{Reader, StateError, Writer};

use super::group::{Group, length_of};
use super::{MOST_OF_ONE, MOST_RECORDS, MOST_TEXT_BYTES, Unique};
use crate::compile::MOST_COLUMNS;
use crate::state::examples::{MOST_KEY_BYTES, MOST_VALUE_BYTES, read_key, read_values};

const DAMAGED: StateError = StateError::Damaged("shared values");
const MOST_VALUES_BYTES: usize = MOST_COLUMNS * (MOST_VALUE_BYTES + 2);

impl Unique {
    pub fn write(&self, to: &mut Writer) {
        write_threshold(self.dropped, to);
        write_threshold(self.hidden, to);
        to.u64(self.columns.len() as u64);
        self.columns.iter().for_each(|column| to.text(column));
        to.u64(self.groups.len() as u64);
        for (value, group) in &self.groups {
            to.hash(*value);
            to.u64(group.keys.len() as u64);
            group.keys.keys().for_each(|hash| to.hash(*hash));
            if self.is_shown(*value) {
                self.write_texts(group, to);
            }
        }
    }

    fn write_texts(&self, group: &Group, to: &mut Writer) {
        to.u64(group.longest_key as u64);
        to.u64(group.longest_values as u64);
        let texts = group.values.iter().map(Option::as_deref).chain(std::iter::repeat(None));
        texts.take(self.columns.len()).for_each(|text| to.optional(text));
        group.keys.values().for_each(|key| to.text(key));
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let dropped = read_threshold(from)?;
        if from.version() == 1 {
            return Self { dropped, ..Self::default() }.read_groups(from, read_group_of_version_1);
        }
        let hidden = read_threshold(from)?;
        if hidden.is_some_and(|hidden| dropped.is_some_and(|dropped| hidden >= dropped)) {
            return Err(DAMAGED);
        }
        let count = from.length(MOST_COLUMNS)?;
        let columns =
            (0..count).map(|_| from.text(usize::MAX).map(str::to_owned)).collect::<Result<_, _>>()?;
        Self { dropped, hidden, columns, ..Self::default() }.read_groups(from, read_group)
    }

    fn read_groups(
        mut self,
        from: &mut Reader<'_>,
        read: impl Fn(&mut Self, u64, &mut Reader<'_>) -> Result<Group, StateError>,
    ) -> Result<Self, StateError> {
        for _ in 0..from.length(MOST_RECORDS)? {
            let value = from.hash()?;
            let in_order = self.groups.last_key_value().is_none_or(|(last, _)| *last < value);
            if !in_order || self.dropped.is_some_and(|dropped| value >= dropped) {
                return Err(DAMAGED);
            }
            let group = read(&mut self, value, from)?;
            self.held += group.keys.len();
            self.text_bytes += group.text_bytes();
            self.groups.insert(value, group);
        }
        let one_version = from.version() == 1 || self.text_bytes <= MOST_TEXT_BYTES;
        if self.held > MOST_RECORDS || !one_version {
            return Err(DAMAGED);
        }
        self.fit();
        Ok(self)
    }
}

fn read_group(unique: &mut Unique, value: u64, from: &mut Reader<'_>) -> Result<Group, StateError> {
    let length = read_length(from)?;
    let hashes = (0..length).map(|_| from.hash()).collect::<Result<Vec<u64>, _>>()?;
    if !hashes.is_sorted_by(|a, b| a < b) {
        return Err(DAMAGED);
    }
    if !unique.is_shown(value) {
        let keys = hashes.into_iter().map(|hash| (hash, String::new())).collect();
        return Ok(Group { keys, ..Group::default() });
    }
    let longest_key = from.length(MOST_KEY_BYTES)?;
    let longest_values = from.length(MOST_VALUES_BYTES)?;
    let text = |_| from.optional(MOST_VALUE_BYTES).map(|text| text.map(str::to_owned));
    let values: Vec<_> = (0..unique.columns.len()).map(text).collect::<Result<_, _>>()?;
    let mut group = Group { values, longest_key, longest_values, ..Group::default() };
    for hash in hashes {
        group.keys.insert(hash, from.text(longest_key)?.to_owned());
    }
    if length_of(&group.values) > longest_values { Err(DAMAGED) } else { Ok(group) }
}

fn read_group_of_version_1(unique: &mut Unique, _: u64, from: &mut Reader<'_>) -> Result<Group, StateError> {
    let (columns, values): (Vec<_>, Vec<_>) = read_values(from)?.into_iter().unzip();
    if unique.columns.is_empty() {
        unique.columns = columns;
    }
    let mut group = Group { longest_values: length_of(&values), values, ..Group::default() };
    let length = read_length(from)?;
    for _ in 0..length {
        let (hash, key) = (from.hash()?, read_key(from)?);
        group.longest_key = group.longest_key.max(key.len());
        group.keys.insert(hash, key);
    }
    if group.keys.len() == length { Ok(group) } else { Err(DAMAGED) }
}

/// Of a group's records, of which there is one at least.
fn read_length(from: &mut Reader<'_>) -> Result<usize, StateError> {
    let length = from.length(MOST_OF_ONE)?;
    if length == 0 { Err(DAMAGED) } else { Ok(length) }
}

fn write_threshold(threshold: Option<u64>, to: &mut Writer) {
    to.u64(threshold.is_some().into());
    to.hash(threshold.unwrap_or_default());
}

fn read_threshold(from: &mut Reader<'_>) -> Result<Option<u64>, StateError> {
    let is_some = from.flag()?;
    let hash = from.hash()?;
    Ok(is_some.then_some(hash))
}
