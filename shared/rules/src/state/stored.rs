//! States as bytes: `FBR`, a version, the states in order, four bytes of XXH3 over all of it.

use forebay_model::rule::RuleId;
use xxhash_rust::xxh3::xxh3_64;

use super::{Examples, RuleState, RuleStates, Unique};
use crate::codec::{Reader, StateError, Writer};

const MAGIC: [u8; 3] = *b"FBR";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;
/// Of a rule's id and of a failure, in bytes.
const MOST_TEXT: usize = 4_096;

impl RuleStates {
    /// A versioned, checksummed form: a few hundred bytes a rule, up to some 50 KiB for uniqueness.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.raw(&MAGIC);
        to.raw(&[VERSION]);
        to.u64(self.states.len() as u64);
        self.states.iter().for_each(|state| state.write(&mut to));
        let mut bytes = to.into_bytes();
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads [`RuleStates::to_bytes`]; what comes back merges and finishes the same.
    ///
    /// # Errors
    ///
    /// `Damaged`: check the records again. `NewerVersion`: upgrade this program.
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
        let mut from = Reader::new(body.get(header.len()..).ok_or(StateError::Damaged("header"))?);
        let mut all = Self::default();
        for _ in 0..from.u64()? {
            let state = RuleState::read(&mut from)?;
            let in_order =
                all.states.last().is_none_or(|l| (&l.rule, l.version) < (&state.rule, state.version));
            if !in_order {
                return Err(StateError::Damaged("order"));
            }
            all.states.push(state);
        }
        if from.is_empty() { Ok(all) } else { Err(StateError::Damaged("length")) }
    }
}

impl RuleState {
    fn write(&self, to: &mut Writer) {
        to.text(self.rule.as_str());
        to.u64(self.version.into());
        to.u64(self.checked);
        to.u64(self.violations);
        to.optional(self.failure.as_deref());
        self.examples.write(to);
        to.u64(u64::from(self.unique.is_some()));
        if let Some(unique) = &self.unique {
            unique.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let rule = RuleId::new(from.text(MOST_TEXT)?);
        let version = u32::try_from(from.u64()?).map_err(|_| StateError::Damaged("version"))?;
        Ok(Self {
            checked: from.u64()?,
            violations: from.u64()?,
            failure: from.optional(MOST_TEXT)?.map(str::to_owned),
            examples: Examples::read(from)?,
            unique: if from.length(1)? == 1 { Some(Unique::read(from)?) } else { None },
            rule,
            version,
        })
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    (xxh3_64(bytes) as u32).to_le_bytes()
}
