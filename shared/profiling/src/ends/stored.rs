//! Ends as bytes: `FBE`, a version, the columns with their examples, four bytes of XXH3 over all of it.

use xxhash_rust::xxh3::xxh3_64;

use super::{Column, Ends, Held, MOST_COLUMNS, MOST_EXAMPLES, descending};
use crate::codec::{Reader, StateError, Writer};

const MAGIC: [u8; 3] = *b"FBE";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;
const MOST_TEXT: usize = 4_096;

impl Ends {
    /// A versioned, checksummed form: about 100 bytes an example, ten examples a column.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.raw(&MAGIC);
        to.u8(VERSION);
        let columns = self.clone().by_name();
        to.u64(columns.len() as u64);
        for (name, column) in &columns {
            to.text(name);
            write(&column.lowest, &mut to);
            write(&column.highest, &mut to);
        }
        let mut bytes = to.into_bytes();
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads [`Ends::to_bytes`].
    ///
    /// # Errors
    ///
    /// `Damaged`: compute the state again. `NewerVersion`: upgrade this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let (header, _) = bytes.split_first_chunk::<4>().ok_or(StateError::Damaged("header"))?;
        if header[..3] != MAGIC || header[3] == 0 {
            return Err(StateError::Damaged("header"));
        }
        if header[3] > VERSION {
            return Err(StateError::NewerVersion(header[3]));
        }
        let (body, found) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(StateError::Damaged("checksum"))?;
        if *found != checksum(body) {
            return Err(StateError::Damaged("checksum"));
        }
        let mut from = Reader::new(body.get(header.len()..).ok_or(StateError::Damaged("header"))?, "ends");
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
        if from.is_empty() { Ok(ends) } else { Err(from.damaged()) }
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
        let ordinal = u32::try_from(from.u64()?).map_err(|_| from.damaged())?;
        if !number.is_finite() {
            return Err(from.damaged());
        }
        examples.push(Held { number, value, key, page, ordinal });
    }
    Ok(examples)
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    (xxh3_64(bytes) as u32).to_le_bytes()
}
