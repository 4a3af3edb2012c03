//! Reads what a writer wrote, and trusts no length before it is checked.

use crate::StateError;

/// Every method fails with `Damaged`, naming the part, where the bytes are not what they should be.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// The part being read, for the error.
    part: &'static str,
    version: u8,
}

impl<'a> Reader<'a> {
    /// The bytes of one part, as the newest version writes it.
    pub fn new(bytes: &'a [u8], part: &'static str) -> Self {
        Self { rest: bytes, part, version: u8::MAX }
    }

    /// The same bytes, written by another version.
    pub fn of_version(self, version: u8) -> Self {
        Self { version, ..self }
    }

    /// Which version wrote the state; 255 stands for the newest.
    pub fn version(&self) -> u8 {
        self.version
    }

    pub fn damaged(&self) -> StateError {
        StateError::Damaged(self.part)
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may be left.
    ///
    /// # Errors
    ///
    /// `Damaged` if something is.
    pub fn end(&self) -> Result<(), StateError> {
        if self.is_empty() { Ok(()) } else { Err(self.damaged()) }
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], StateError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(self.damaged())?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(self.damaged())?;
        self.rest = rest;
        Ok(*taken)
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

    pub fn u32(&mut self) -> Result<u32, StateError> {
        let n = self.u128()?;
        u32::try_from(n).map_err(|_| self.damaged())
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
        self.hash().map(f64::from_bits)
    }

    pub fn hash(&mut self) -> Result<u64, StateError> {
        self.array().map(u64::from_le_bytes)
    }

    /// 0 or 1.
    pub fn flag(&mut self) -> Result<bool, StateError> {
        Ok(self.length(1)? == 1)
    }

    /// A length that may not exceed `limit`.
    pub fn length(&mut self, limit: usize) -> Result<usize, StateError> {
        let n = self.u64()?;
        usize::try_from(n).ok().filter(|n| *n <= limit).ok_or(self.damaged())
    }

    /// A text of at most so many bytes.
    pub fn text(&mut self, limit: usize) -> Result<&'a str, StateError> {
        let length = self.length(limit)?;
        self.utf8(length)
    }

    /// A text of at most so many bytes, or none.
    pub fn optional(&mut self, limit: usize) -> Result<Option<&'a str>, StateError> {
        match self.length(limit.saturating_add(1))? {
            0 => Ok(None),
            length => self.utf8(length - 1).map(Some),
        }
    }

    fn utf8(&mut self, length: usize) -> Result<&'a str, StateError> {
        std::str::from_utf8(self.raw(length)?).map_err(|_| self.damaged())
    }
}
