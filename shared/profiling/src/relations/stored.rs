//! Relations as bytes: `FBX`, a version, rows, columns, the sample, four bytes of XXH3 over all of it.

use xxhash_rust::xxh3::xxh3_64;

use super::sample::Rows;
use super::{MOST_COLUMNS, Relations, tag};
use crate::codec::{Reader, StateError, Writer};

const MAGIC: [u8; 3] = *b"FBX";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;

impl Relations {
    /// A versioned, checksummed form: 60 KiB and the names of the columns at most.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.raw(&MAGIC);
        to.u8(VERSION);
        to.u64(self.rows);
        to.u64(self.columns.len() as u64);
        self.columns.iter().for_each(|name| to.text(name));
        self.sample.write(&mut to);
        let mut bytes = to.into_bytes();
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads [`Relations::to_bytes`]; what comes back merges and finishes the same. It is there to merge into: rows
    /// of more than 32 columns are observed by a state made with [`Relations::new`].
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
        let body = body.get(header.len()..).ok_or(StateError::Damaged("header"))?;
        let mut from = Reader::new(body, "relations");
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

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    (xxh3_64(bytes) as u32).to_le_bytes()
}
