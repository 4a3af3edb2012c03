//! The bytes of a state: little writers and readers that check every length before they trust it.

use std::fmt;

/// The version that is written. 1: before the sketches had the forms of Apache DataSketches.
pub(crate) const VERSION: u8 = 2;

/// Why bytes are not a column's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateError {
    /// Written by a later version of this crate: upgrade this program, the bytes are fine.
    NewerVersion(u8),
    /// Cut short, changed or never a state: compute it again from the records. Names the part at fault.
    Damaged(&'static str),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::NewerVersion(version) => {
                write!(f, "the profile state has version {version}, which only a newer program reads")
            }
            StateError::Damaged(part) => {
                write!(f, "the profile state is damaged ({part}); compute it again from the records")
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
    pub fn u8(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub fn u128(&mut self, mut n: u128) {
        while n >= 0x80 {
            self.bytes.push((n as u8 & 0x7f) | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    pub fn u64(&mut self, n: u64) {
        self.u128(n.into());
    }

    /// Zigzag, so that small negative numbers are short too.
    pub fn i128(&mut self, n: i128) {
        self.u128(((n << 1) ^ (n >> 127)) as u128);
    }

    pub fn i64(&mut self, n: i64) {
        self.i128(n.into());
    }

    pub fn f64(&mut self, x: f64) {
        self.raw(&x.to_bits().to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.raw(text.as_bytes());
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what [`Writer`] wrote; allocates nothing that the bytes at hand do not fill.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// The part being read, for the error.
    part: &'static str,
    version: u8,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], part: &'static str) -> Self {
        Self { rest: bytes, part, version: VERSION }
    }

    /// The same bytes, written by another version.
    pub fn of_version(self, version: u8) -> Self {
        Self { version, ..self }
    }

    /// Which version wrote the state.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub fn damaged(&self) -> StateError {
        StateError::Damaged(self.part)
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], StateError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(StateError::Damaged(self.part))?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        self.raw(N)?.try_into().map_err(|_| StateError::Damaged(self.part))
    }

    pub fn u8(&mut self) -> Result<u8, StateError> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u128(&mut self) -> Result<u128, StateError> {
        let mut n = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.u8()?;
            let bits = u128::from(byte & 0x7f);
            if shift == 126 && bits > 3 {
                break;
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(self.damaged())
    }

    pub fn u64(&mut self) -> Result<u64, StateError> {
        let n = self.u128()?;
        u64::try_from(n).map_err(|_| self.damaged())
    }

    pub fn i128(&mut self) -> Result<i128, StateError> {
        let n = self.u128()?;
        Ok((n >> 1) as i128 ^ -((n & 1) as i128))
    }

    pub fn i64(&mut self) -> Result<i64, StateError> {
        let n = self.i128()?;
        i64::try_from(n).map_err(|_| self.damaged())
    }

    pub fn f64(&mut self) -> Result<f64, StateError> {
        Ok(f64::from_bits(u64::from_le_bytes(self.array()?)))
    }

    /// A length that may not exceed `limit`.
    pub fn length(&mut self, limit: usize) -> Result<usize, StateError> {
        let n = self.u64()?;
        usize::try_from(n).ok().filter(|n| *n <= limit).ok_or(self.damaged())
    }

    pub fn text(&mut self, limit: usize) -> Result<&'a str, StateError> {
        let length = self.length(limit)?;
        std::str::from_utf8(self.raw(length)?).map_err(|_| self.damaged())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_texts_come_back_as_written(a: u64, b: i64, c: i128, d: u128, x: f64, text: String) {
            let mut to = Writer::default();
            to.u64(a);
            to.i64(b);
            to.i128(c);
            to.u128(d);
            to.f64(x);
            to.text(&text);
            let bytes = to.into_bytes();
            let mut from = Reader::new(&bytes, "test");
            prop_assert_eq!(from.u64()?, a);
            prop_assert_eq!(from.i64()?, b);
            prop_assert_eq!(from.i128()?, c);
            prop_assert_eq!(from.u128()?, d);
            prop_assert_eq!(from.f64()?.to_bits(), x.to_bits());
            prop_assert_eq!(from.text(bytes.len())?, text);
            prop_assert!(from.is_empty());
        }
    }

    #[test]
    fn a_length_beyond_its_limit_is_refused() {
        let mut to = Writer::default();
        to.u64(u64::MAX);
        let bytes = to.into_bytes();
        assert_eq!(Reader::new(&bytes, "test").length(1_000), Err(StateError::Damaged("test")));
        assert_eq!(Reader::new(&[0xff; 40], "test").u128(), Err(StateError::Damaged("test")));
    }
}
