//! The bytes of states: little writers and readers that check every length before they trust it.

use std::fmt;

/// Why bytes are not states of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateError {
    /// Written by a later version of this crate: upgrade this program, the bytes are fine.
    NewerVersion(u8),
    /// Cut short, changed or never states: check the records again. Names the part at fault.
    Damaged(&'static str),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::NewerVersion(version) => {
                write!(f, "the state of rules has version {version}, which only a newer program reads")
            }
            StateError::Damaged(part) => {
                write!(f, "the state of rules is damaged ({part}); check the records again")
            }
        }
    }
}

impl std::error::Error for StateError {}

/// Appends to a growing buffer. Integers are LEB128, so that small ones take a byte.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub fn u64(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push((n as u8 & 0x7f) | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    /// Eight bytes: hashes do not shrink.
    pub fn hash(&mut self, hash: u64) {
        self.raw(&hash.to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.raw(text.as_bytes());
    }

    /// 0 for none, else its length and one.
    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            None => self.u64(0),
            Some(text) => {
                self.u64(text.len() as u64 + 1);
                self.raw(text.as_bytes());
            }
        }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what [`Writer`] wrote; allocates nothing that the bytes at hand do not fill.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], StateError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(StateError::Damaged("length"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn u64(&mut self) -> Result<u64, StateError> {
        let mut n = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.raw(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(StateError::Damaged("integer"))
    }

    pub fn hash(&mut self) -> Result<u64, StateError> {
        let bytes = self.raw(8)?.try_into().map_err(|_| StateError::Damaged("hash"))?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// A length that may not exceed `limit`.
    pub fn length(&mut self, limit: usize) -> Result<usize, StateError> {
        usize::try_from(self.u64()?).ok().filter(|n| *n <= limit).ok_or(StateError::Damaged("length"))
    }

    pub fn text(&mut self, limit: usize) -> Result<&'a str, StateError> {
        let length = self.length(limit)?;
        self.utf8(length)
    }

    pub fn optional(&mut self, limit: usize) -> Result<Option<&'a str>, StateError> {
        match self.length(limit + 1)? {
            0 => Ok(None),
            length => self.utf8(length - 1).map(Some),
        }
    }

    fn utf8(&mut self, length: usize) -> Result<&'a str, StateError> {
        std::str::from_utf8(self.raw(length)?).map_err(|_| StateError::Damaged("text"))
    }
}

/// The first `characters` of a text.
pub(crate) fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_texts_come_back_as_written(a: u64, b: u64, text: String, other: Option<String>) {
            let mut to = Writer::default();
            to.u64(a);
            to.hash(b);
            to.text(&text);
            to.optional(other.as_deref());
            let bytes = to.into_bytes();
            let mut from = Reader::new(&bytes);
            prop_assert_eq!(from.u64()?, a);
            prop_assert_eq!(from.hash()?, b);
            prop_assert_eq!(from.text(bytes.len())?, text);
            prop_assert_eq!(from.optional(bytes.len())?, other.as_deref());
            prop_assert!(from.is_empty());
        }
    }

    #[test]
    fn a_length_beyond_its_limit_is_refused() {
        assert!(Reader::new(&[0xff; 40]).u64().is_err());
        assert!(Reader::new(&[200, 1]).length(100).is_err());
        assert!(Reader::new(&[5, b'a']).text(100).is_err());
    }
}
