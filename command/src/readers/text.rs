//! What the formats of text have in common: blocks of bytes become pieces of text, and behind what cannot be read
//! the next line is hoped to begin another record. Every byte is looked at a few times at most, however many
//! records are bad.

use super::{MARK, Reader};
use crate::input::blocks::{Blocks, Decoded, decode};
use crate::problem::{BadRows, Problem};
use crate::rows::Rows;

/// How records are read from text.
pub trait Grammar {
    /// Reads the record at `at`. `ends` says that nothing follows the text.
    fn take(&mut self, text: &str, at: usize, ends: bool, rows: &mut Rows) -> Taken;

    /// The record that could not be read was never there.
    fn abandon(&mut self, rows: &mut Rows);

    /// What is missing at the end of the input, asked once.
    fn missing_at_end(&mut self) -> Option<&'static str> {
        None
    }

    /// The last sign of a line end.
    fn line_end(&self) -> u8 {
        b'\n'
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// What was found at a place.
pub enum Taken {
    /// A record, or what stands between two, up to `end`, with so many line ends.
    Record {
        end: usize,
        lines: u64,
    },
    /// The text ends before the record does.
    NeedsMore,
    Bad(Bad),
}

/// No record: what is wrong, and where to go on, which is the next line where nothing is said.
pub struct Bad {
    pub at: usize,
    pub what: String,
    pub end: Option<usize>,
}

/// Reads a format of text.
pub struct TextReader<G> {
    blocks: Blocks,
    grammar: G,
    begun: bool,
    /// Within a bad line whose end was not at hand.
    skipping: bool,
}

impl<G: Grammar> TextReader<G> {
    pub fn new(blocks: Blocks, grammar: G) -> Self {
        Self { blocks, grammar, begun: false, skipping: false }
    }

    fn skip_mark(&mut self) {
        if !self.begun && self.blocks.bytes().starts_with(MARK) {
            self.blocks.consume(MARK.len(), 0);
        }
        self.begun = true;
    }

    /// The rest of a line that was bad before its end was at hand.
    fn skip_line(&mut self) {
        let bytes = self.blocks.bytes();
        match memchr::memchr(self.grammar.line_end(), bytes) {
            Some(end) => {
                self.blocks.consume(end + 1, 1);
                self.skipping = false;
            }
            None => self.blocks.consume(bytes.len(), 0),
        }
    }

    /// All records that are complete in the block at hand.
    fn records(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<(), Problem> {
        let Self { blocks, grammar, skipping, .. } = self;
        let bytes = blocks.bytes();
        let (mut at, mut lines) = (0, 0);
        'pieces: while at < bytes.len() {
            let (start, piece) = (at, Piece::of(&bytes[at..], blocks.at_end()));
            while at - start <= piece.text.len() {
                match piece.take(grammar, at - start, rows) {
                    Taken::Record { end, lines: passed } => {
                        at = start + end;
                        lines += passed;
                    }
                    Taken::NeedsMore => {
                        at = if piece.ends { bytes.len() } else { at };
                        break 'pieces;
                    }
                    Taken::Bad(fault) => {
                        grammar.abandon(rows);
                        let (line_end, place) = (grammar.line_end(), start + fault.at);
                        let before = lines + count(line_end, &bytes[at..place.max(at)]);
                        bad.pass_over(blocks.fault(place, before, fault.what))?;
                        let end = fault.end.map(|end| start + end);
                        let end = end.or_else(|| next_line(bytes, place, line_end));
                        *skipping = end.is_none() && !blocks.at_end();
                        let end = end.unwrap_or(bytes.len());
                        lines += count(line_end, &bytes[at..end]);
                        at = end;
                    }
                }
            }
        }
        blocks.consume(at, lines);
        Ok(())
    }
}

/// Text that ends where the block does, or at bytes that are no text.
struct Piece<'a> {
    text: &'a str,
    /// The byte that is no text.
    broken: Option<u8>,
    /// Nothing follows.
    ends: bool,
}

impl<'a> Piece<'a> {
    fn of(bytes: &'a [u8], at_end: bool) -> Self {
        let (text, is_broken) = match decode(bytes) {
            Decoded::All(text) => (text, false),
            Decoded::Cut(text) => (text, at_end),
            Decoded::Broken(text) => (text, true),
        };
        let broken = bytes.get(text.len()).copied().filter(|_| is_broken);
        Self { text, broken, ends: at_end && !is_broken }
    }

    fn take(&self, grammar: &mut impl Grammar, at: usize, rows: &mut Rows) -> Taken {
        if at == self.text.len() && self.broken.is_none() {
            return Taken::NeedsMore;
        }
        match (grammar.take(self.text, at, self.ends, rows), self.broken) {
            (Taken::NeedsMore, Some(byte)) => {
                let what = format!("expected UTF-8, found byte 0x{byte:02x}");
                Taken::Bad(Bad { at: self.text.len(), what, end: None })
            }
            (taken, _) => taken,
        }
    }
}

fn next_line(bytes: &[u8], at: usize, line_end: u8) -> Option<usize> {
    memchr::memchr(line_end, &bytes[at..]).map(|end| at + end + 1)
}

/// How often a byte occurs.
pub fn count(byte: u8, bytes: &[u8]) -> u64 {
    memchr::memchr_iter(byte, bytes).count() as u64
}

impl<G: Grammar> Reader for TextReader<G> {
    fn next(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<bool, Problem> {
        while rows.rows() == 0 {
            if self.blocks.at_end() && self.blocks.bytes().is_empty() {
                if let Some(what) = self.grammar.missing_at_end() {
                    bad.pass_over(self.blocks.fault(0, 0, what.to_owned()))?;
                }
                return Ok(false);
            }
            self.blocks.fill()?;
            self.skip_mark();
            if self.skipping {
                self.skip_line();
            } else {
                self.records(rows, bad)?;
            }
        }
        Ok(true)
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        self.grammar.details()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, Read};
    use std::rc::Rc;

    use super::*;
    use crate::problem::Tolerance;

    /// Lines of one byte are records, others are bad where they end.
    struct Short;

    impl Grammar for Short {
        fn take(&mut self, text: &str, at: usize, _: bool, rows: &mut Rows) -> Taken {
            match text[at..].find('\n') {
                None => Taken::NeedsMore,
                Some(1) => {
                    rows.end_row();
                    Taken::Record { end: at + 2, lines: 1 }
                }
                Some(end) => Taken::Bad(Bad { at: at + end, what: "long".into(), end: None }),
            }
        }

        fn abandon(&mut self, _: &mut Rows) {}
    }

    /// Counts how often it is read from.
    struct Counted(io::Cursor<Vec<u8>>, Rc<Cell<usize>>);

    impl Read for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.set(self.1.get() + 1);
            self.0.read(buffer)
        }
    }

    fn read(bytes: Vec<u8>) -> (u32, BadRows, usize) {
        let reads = Rc::new(Cell::new(0));
        let input = Counted(io::Cursor::new(bytes), Rc::clone(&reads));
        let mut reader = TextReader::new(Blocks::new("x".into(), Box::new(input)), Short);
        let (mut rows, mut bad, mut all) = (Rows::new(), BadRows::new(Tolerance::All), 0);
        while reader.next(&mut rows, &mut bad).unwrap() {
            all += rows.rows();
            rows.clear();
        }
        (all, bad, reads.get())
    }

    /// A block is filled and checked once, not once for each bad row.
    #[test]
    fn bad_rows_cost_no_more_than_good_ones() {
        for bad_line in [&b"bad\n"[..], b"b\xff\n"] {
            let (rows, bad, reads) = read([&b"x\n"[..], &bad_line.repeat(400_000)].concat());
            assert_eq!((rows, bad.count), (1, 400_000));
            assert!(reads < 40, "{reads}");
        }
    }

    #[test]
    fn places_are_right_behind_bad_rows() {
        let (rows, bad, _) = read(b"x\nbad\ny\n\xff\xfe\nz\n\n".to_vec());
        assert_eq!((rows, bad.count), (3, 3));
        let places: Vec<_> = bad.examples.iter().map(|bad| (bad.line, bad.byte)).collect();
        assert_eq!(places, [(Some(2), Some(5)), (Some(4), Some(8)), (Some(6), Some(13))]);
    }

    /// The rest of a bad line that is longer than a block is no record.
    #[test]
    fn a_bad_line_is_one_bad_row_however_long() {
        let mut bytes = [&b"\xff"[..], &b"a".repeat(1_000_000), b"\nx\nx\n"].concat();
        let (rows, bad, _) = read(bytes.clone());
        assert_eq!((rows, bad.count), (2, 1));
        bytes.extend_from_slice(b"\xffno end");
        let (rows, bad, _) = read(bytes);
        assert_eq!((rows, bad.count), (2, 2));
        assert_eq!(bad.examples[1].line, Some(4));
    }
}
