//! Bytes of an input in large pieces, with the place of each known.

use std::io::{self, Read};

use crate::problem::{BadData, Problem};

/// Large enough that reading is rare and small enough to stay in the cache of one core.
const BLOCK_BYTES: usize = 128 * 1024;

/// A record that is longer is bad data: most likely a quotation mark was never closed.
const MAX_RECORD_BYTES: usize = 512 * 1024 * 1024;

/// A window on an input. Readers take complete records from its front; what is left stays for the next fill.
pub struct Blocks {
    name: String,
    input: Box<dyn Read>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Of `start`, in the input.
    offset: u64,
    /// Of `start`, from 1.
    line: u64,
    at_end: bool,
}

impl Blocks {
    pub fn new(name: String, input: Box<dyn Read>) -> Self {
        Self {
            name,
            input,
            buffer: vec![0; BLOCK_BYTES],
            start: 0,
            end: 0,
            offset: 0,
            line: 1,
            at_end: false,
        }
    }

    /// What is at hand.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether nothing follows what is at hand.
    pub fn at_end(&self) -> bool {
        self.at_end
    }

    /// Takes bytes from the front, which hold so many line ends.
    pub fn consume(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.offset += bytes as u64;
        self.line += lines;
    }

    /// Reads until the buffer is full or the input ends. A buffer that nothing was taken from doubles; it
    /// shrinks again once what it was needed for is gone.
    pub fn fill(&mut self) -> Result<(), Problem> {
        let held = self.end - self.start;
        if held > MAX_RECORD_BYTES {
            return Err(self.fault(0, 0, "expected a record of at most 512 MiB".to_owned()).into());
        }
        if self.buffer.len() > BLOCK_BYTES && held < BLOCK_BYTES / 2 {
            let mut smaller = vec![0; BLOCK_BYTES];
            smaller[..held].copy_from_slice(&self.buffer[self.start..self.end]);
            self.buffer = smaller;
        } else {
            self.buffer.copy_within(self.start..self.end, 0);
            if held == self.buffer.len() {
                self.buffer.resize(held * 2, 0);
            }
        }
        (self.start, self.end) = (0, held);
        while self.end < self.buffer.len() && !self.at_end {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::io(&self.name, error)),
            }
        }
        Ok(())
    }

    /// A fault so many bytes and lines behind the front.
    pub fn fault(&self, bytes: usize, lines: u64, what: String) -> BadData {
        BadData {
            file: self.name.clone(),
            line: Some(self.line + lines),
            byte: Some(self.offset + bytes as u64),
            what,
        }
    }
}

/// The part of some bytes that is UTF-8, and what follows it.
pub enum Decoded<'a> {
    All(&'a str),
    /// What follows may be the beginning of a character whose end is not at hand.
    Cut(&'a str),
    /// What follows is no UTF-8.
    Broken(&'a str),
}

pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Decoded::All(text),
        Err(error) => error,
    };
    // The prefix is checked a second time, which costs nothing where files are as they should be.
    let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
    if error.error_len().is_some() { Decoded::Broken(valid) } else { Decoded::Cut(valid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_larger_than_the_buffer_makes_it_grow_and_shrink_again() {
        let input = [b"x".repeat(3 * BLOCK_BYTES), b"y".repeat(10)].concat();
        let mut blocks = Blocks::new("x".into(), Box::new(io::Cursor::new(input)));
        while !blocks.at_end() {
            blocks.fill().unwrap();
        }
        assert_eq!(blocks.bytes().len(), 3 * BLOCK_BYTES + 10);
        blocks.consume(3 * BLOCK_BYTES, 0);
        blocks.fill().unwrap();
        assert_eq!((blocks.bytes(), blocks.buffer.len()), (&b"yyyyyyyyyy"[..], BLOCK_BYTES));
        assert_eq!(blocks.fault(1, 0, String::new()).byte, Some(3 * BLOCK_BYTES as u64 + 1));
    }

    #[test]
    fn text_is_told_from_what_is_cut_and_what_is_broken() {
        assert!(matches!(decode("é".as_bytes()), Decoded::All("é")));
        assert!(matches!(decode(b"a\xc3"), Decoded::Cut("a")));
        assert!(matches!(decode(b"a\xc3b"), Decoded::Broken("a")));
    }
}
