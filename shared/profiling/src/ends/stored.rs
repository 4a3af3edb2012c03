//! Ends as bytes: the columns with their examples.

use std::collections::BTreeMap;

use forebay_stored::{Envelope, Reader, StateError, Writer};

use super::column::{Column, Held, Room, descending};
use super::{Ends, MOST_COLUMNS};

/// Version 1 had no long texts.
const ENVELOPE: Envelope = Envelope { magic: *b"FBE", version: 2, name: "ends" };
const MOST_TEXT: usize = 4_096;

impl Ends {
    /// A versioned, checksummed form: about 100 bytes an example, thirteen examples a column or three.
    pub fn to_bytes(&self) -> Vec<u8> {
        let columns = self.clone().by_name();
        ENVELOPE.seal(|to| {
            to.u64(columns.len() as u64);
            for (name, column) in &columns {
                to.text(name);
                write(&column.lowest, to);
                write(&column.highest, to);
                write(&column.longest, to);
            }
        })
    }

    /// Reads [`Ends::to_bytes`].
    ///
    /// # Errors
    ///
    /// `Damaged`: compute the state again. `NewerVersion`: upgrade this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut from = ENVELOPE.open(bytes)?;
        let mut columns = BTreeMap::new();
        for _ in 0..from.length(MOST_COLUMNS)? {
            let name = from.text(MOST_TEXT)?.to_owned();
            let column = column(&mut from)?;
            if columns.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(from.damaged());
            }
            columns.insert(name, column);
        }
        from.end()?;
        Ok(Self::of(columns))
    }
}

fn column(from: &mut Reader<'_>) -> Result<Column, StateError> {
    let mut column = Column::default();
    column.lowest = read(from, Room::FULL.numbers)?;
    column.highest = read(from, Room::FULL.numbers)?;
    if from.version() > 1 {
        column.longest = read(from, Room::FULL.texts)?;
    }
    let ascends = column.lowest.is_sorted_by(|a, b| a.number.total_cmp(&b.number).is_le());
    let descends = |kept: &[Held]| kept.is_sorted_by(|a, b| descending(&a.number, &b.number).is_le());
    let in_order = ascends && descends(&column.highest) && descends(&column.longest);
    if in_order && !column.is_empty() { Ok(column) } else { Err(from.damaged()) }
}

fn write(examples: &[Held], to: &mut Writer) {
    to.u64(examples.len() as u64);
    for held in examples {
        to.f64(held.number);
        to.text(&held.value);
        to.text(&held.key);
        to.text(&held.page);
        to.u64(held.ordinal.into());
    }
}

fn read(from: &mut Reader<'_>, most: usize) -> Result<Vec<Held>, StateError> {
    let count = from.length(most)?;
    let mut examples = Vec::with_capacity(count);
    for _ in 0..count {
        let number = from.f64()?;
        let value = from.text(MOST_TEXT)?.to_owned();
        let key = from.text(MOST_TEXT)?.to_owned();
        let page = from.text(MOST_TEXT)?.to_owned();
        let ordinal = from.u32()?;
        if !number.is_finite() {
            return Err(from.damaged());
        }
        examples.push(Held { number, value, key, page, ordinal });
    }
    Ok(examples)
}
