//! What stands around every state: what it is, which version wrote it, and that it is whole.

use xxhash_rust::xxh3::xxh3_64;

use crate::{Reader, StateError, Writer};

const HEADER_BYTES: usize = 4;
const CHECKSUM_BYTES: usize = 4;

/// The envelope of one kind of state: one constant beside the state that it is for.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// What tells it from other states.
    pub magic: [u8; 3],
    /// The version that is written, from 1. It and all earlier ones are read.
    pub version: u8,
    /// What errors call the body.
    pub name: &'static str,
}

impl Envelope {
    /// The state as bytes, with a body that `write` writes.
    pub fn seal(&self, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut to = Writer::default();
        to.raw(&self.magic);
        to.u8(self.version);
        write(&mut to);
        let mut bytes = to.into_bytes();
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// The body of what [`Envelope::seal`] of this version or an earlier one wrote.
    ///
    /// # Errors
    ///
    /// `NewerVersion`: upgrade this program. `Damaged`: compute the state again.
    pub fn open<'a>(&self, bytes: &'a [u8]) -> Result<Reader<'a>, StateError> {
        let (header, _) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(StateError::Damaged("header"))?;
        let [magic @ .., version] = header;
        if *magic != self.magic || *version == 0 {
            return Err(StateError::Damaged("header"));
        }
        if *version > self.version {
            return Err(StateError::NewerVersion(*version));
        }
        let (sealed, found) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(StateError::Damaged("checksum"))?;
        if *found != checksum(sealed) {
            return Err(StateError::Damaged("checksum"));
        }
        let body = sealed.get(HEADER_BYTES..).ok_or(StateError::Damaged("header"))?;
        Ok(Reader::new(body, self.name).of_version(*version))
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    (xxh3_64(bytes) as u32).to_le_bytes()
}
