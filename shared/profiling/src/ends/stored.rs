//! Ends as bytes: the columns with their examples.

use forebay_stored::{Envelope, Reader, StateError, Writer};

use super::{Column, Ends, Held, MOST_COLUMNS, MOST_EXAMPLES, descending};

const ENVELOPE: Envelope = Envelope { magic: *b"FBE", version: 1, name: "ends" };
const MOST_TEXT: usize = 4_096;

impl Ends {
    /// A versioned, checksummed form: about 100 bytes an example, ten examples a column.
    pub fn to_bytes(&self) -> Vec<u8> {
        let columns = self.clone().by_name();
        ENVELOPE.seal(|to| {
            to.u64(columns.len() as u64);
            for (name, column) in &columns {
                to.text(name);
                write(&column.lowest, to);
                write(&column.highest, to);
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
        let mut ends = Self::default();
        for _ in 0..from.length(MOST_COLUMNS)? {
            let name = from.text(MOST_TEXT)?.to_owned();
            let column = Column { lowest: read(&mut from)?, highest: read(&mut from)? };
            let in_order = column.lowest.is_sorted_by(|a, b| a.number.total_cmp(&b.number).is_le())
                && column.highest.is_sorted_by(|a, b| descending(&a.number, &b.number).is_le());
            if !in_order || ends.columns.last().is_some_and(|(last, _)| *last >= name) {
                return Err(from.damaged());
            }
            ends.columns.push((name, column));
        }
        from.end()?;
        Ok(ends)
    }
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

fn read(from: &mut Reader<'_>) -> Result<Vec<Held>, StateError> {
    let count = from.length(MOST_EXAMPLES)?;
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
