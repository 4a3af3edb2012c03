//! Separated values: RFC 4180 and what is written in its name.

mod dialect;
mod layout;
mod record;

use super::json_lines::not_utf8;
use super::{Format, FormatKind, MARK, Options, Reader};
use crate::input::Input;
use crate::input::blocks::{Blocks, Decoded, decode};
use crate::problem::{BadRows, Problem};
use crate::rows::Rows;
use dialect::Dialect;
pub use dialect::{CsvOptions, Quote};
use layout::Layout;
use record::{Fields, Scan};

pub const FORMAT: Format = Format { kind: FormatKind::Csv, name: "CSV", recognises, open };

/// Text: no NUL among the first bytes.
fn recognises(head: &[u8]) -> bool {
    !head.contains(&0)
}

fn open(input: Input, options: &Options) -> Result<Box<dyn Reader>, Problem> {
    let head = String::from_utf8_lossy(input.head.strip_prefix(MARK).unwrap_or(&input.head)).into_owned();
    let layout = Layout::new(Dialect::of(&head, &options.csv), &options.csv);
    let blocks = Blocks::new(input.name, input.content);
    Ok(Box::new(Csv { blocks, layout, fields: Fields::default(), begun: false }))
}

struct Csv {
    blocks: Blocks,
    layout: Layout,
    fields: Fields,
    begun: bool,
}

impl Reader for Csv {
    fn next(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<bool, Problem> {
        while rows.rows() == 0 {
            if self.blocks.at_end() && self.blocks.bytes().is_empty() {
                return Ok(false);
            }
            self.blocks.fill()?;
            if !self.begun {
                self.begun = true;
                if self.blocks.bytes().starts_with(MARK) {
                    self.blocks.consume(MARK.len(), 0);
                }
            }
            self.records(rows, bad)?;
        }
        Ok(true)
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        self.layout.dialect.details()
    }
}

impl Csv {
    /// All records that are complete in the block at hand, up to the first that is no record.
    fn records(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<(), Problem> {
        let bytes = self.blocks.bytes();
        let (text, broken) = match decode(bytes) {
            Decoded::All(text) => (text, false),
            Decoded::Cut(text) => (text, self.blocks.at_end()),
            Decoded::Broken(text) => (text, true),
        };
        let terminator = self.layout.dialect.terminator;
        let (mut at, mut lines) = (0, 0);
        let fault = loop {
            if at == text.len() && !broken {
                break None;
            }
            // Behind bytes that are no text, nothing is the end of a record.
            let at_end = self.blocks.at_end() && !broken;
            match record::scan(text, at, &self.layout.dialect, at_end, &mut self.fields) {
                Scan::NeedsMore if broken => {
                    let byte = bytes.get(text.len()).copied().unwrap_or_default();
                    break Some((text.len(), not_utf8(byte)));
                }
                Scan::NeedsMore => break None,
                Scan::Fault { at, what } => break Some((at, what)),
                Scan::Record { end } => {
                    if let Err(what) = self.layout.record(text, &self.fields, rows) {
                        bad.pass_over(self.blocks.fault(at, lines, what))?;
                    }
                    lines += count(terminator, &bytes[at..end]);
                    at = end;
                }
            }
        };
        if let Some((place, what)) = fault {
            let lines_before = lines + count(terminator, &bytes[at..place]);
            bad.pass_over(self.blocks.fault(place, lines_before, what))?;
            // The next line is hoped to begin another record.
            let end = memchr::memchr(terminator, &bytes[place..]).map_or(bytes.len(), |end| place + end + 1);
            lines += count(terminator, &bytes[at..end]);
            at = end;
        }
        self.blocks.consume(at, lines);
        Ok(())
    }
}

fn count(byte: u8, bytes: &[u8]) -> u64 {
    memchr::memchr_iter(byte, bytes).count() as u64
}
