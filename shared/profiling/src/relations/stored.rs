//! Relations as bytes: rows, columns, the sample.

use forebay_stored::{Envelope, StateError};

use super::sample::Rows;
use super::{MOST_COLUMNS, Relations, tag};

/// Version 2 counts the different rows in a sketch once rows were dropped.
const ENVELOPE: Envelope = Envelope { magic: *b"FBX", version: 2, name: "relations" };

impl Relations {
    /// A versioned, checksummed form: 63 KiB and the names of the columns at most.
    pub fn to_bytes(&self) -> Vec<u8> {
        ENVELOPE.seal(|to| {
            to.u64(self.rows);
            to.u64(self.columns.len() as u64);
            self.columns.iter().for_each(|name| to.text(name));
            self.sample.write(to);
        })
    }

    /// Reads [`Relations::to_bytes`]; what comes back merges and finishes the same. It is there to merge into: rows
    /// of more than 32 columns are observed by a state made with [`Relations::new`].
    ///
    /// # Errors
    ///
    /// `Damaged`: compute the state again. `NewerVersion`: upgrade this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut from = ENVELOPE.open(bytes)?;
        let rows = from.u64()?;
        let count = from.length(MOST_COLUMNS)?;
        let columns: Vec<String> =
            (0..count).map(|_| from.text(usize::MAX).map(str::to_owned)).collect::<Result<_, _>>()?;
        let sample = Rows::read(&mut from, count)?;
        let held = sample.iter().fold(0_u64, |sum, row| sum.saturating_add(row.count));
        if !from.is_empty() || held > rows || (sample.is_complete() && held != rows) {
            return Err(from.damaged());
        }
        let tags = columns.iter().map(|name| tag(name)).collect();
        Ok(Self { columns, tags, rows, sample })
    }
}
