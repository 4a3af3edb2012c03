//! JSON lines: one object a line.

use super::{Format, FormatKind, MARK, Options, Reader, beginning};
use crate::input::Input;
use crate::input::blocks::{Blocks, Decoded, decode};
use crate::json::{Fault, Keys, Scanner};
use crate::problem::{BadRows, Problem};
use crate::rows::Rows;

pub const FORMAT: Format = Format { kind: FormatKind::Jsonl, name: "JSON lines", recognises, open };

/// An object that ends on its first line, or whose first line is longer than what was looked at.
fn recognises(head: &[u8]) -> bool {
    let start = beginning(head);
    if start.first() != Some(&b'{') {
        return false;
    }
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line_text) = std::str::from_utf8(line) else { return true };
    let (mut keys, mut rows) = (Keys::new(1), Rows::new());
    match Scanner::new(line_text, 0).record(&mut keys, &mut rows) {
        Ok(()) => true,
        Err(fault) => !fault.cut || line.len() == start.len(),
    }
}

fn open(input: Input, options: &Options) -> Result<Box<dyn Reader>, Problem> {
    let blocks = Blocks::new(input.name, input.content);
    Ok(Box::new(JsonLines { blocks, keys: Keys::new(options.depth), begun: false }))
}

struct JsonLines {
    blocks: Blocks,
    keys: Keys,
    begun: bool,
}

impl Reader for JsonLines {
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
            self.lines(rows, bad)?;
        }
        Ok(true)
    }
}

impl JsonLines {
    /// All lines that are complete in the block at hand.
    fn lines(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<(), Problem> {
        let bytes = self.blocks.bytes();
        let length = if self.blocks.at_end() {
            bytes.len()
        } else {
            memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1)
        };
        // Checked as a whole; line by line only where something is wrong somewhere.
        let whole = std::str::from_utf8(&bytes[..length]).ok();
        let (mut start, mut line) = (0, 0);
        while start < length {
            let end = memchr::memchr(b'\n', &bytes[start..length]).map_or(length, |end| start + end);
            let text = match whole {
                Some(text) => Ok(&text[start..end]),
                None => checked(&bytes[start..end]),
            };
            if let Err(fault) = text.and_then(|text| record(text, &mut self.keys, rows)) {
                rows.abandon_row();
                self.keys.forget_columns();
                bad.pass_over(self.blocks.fault(start + fault.at, line, fault.what))?;
            }
            start = end + 1;
            line += 1;
        }
        self.blocks.consume(length, line);
        Ok(())
    }
}

fn checked(line: &[u8]) -> Result<&str, Fault> {
    match decode(line) {
        Decoded::All(text) => Ok(text),
        Decoded::Cut(valid) | Decoded::Broken(valid) => {
            let byte = line.get(valid.len()).copied().unwrap_or_default();
            Err(Fault { at: valid.len(), what: not_utf8(byte), cut: false })
        }
    }
}

pub(super) fn not_utf8(byte: u8) -> String {
    format!("expected UTF-8, found byte 0x{byte:02x}")
}

/// A line is a row; an empty one is none.
#[inline]
fn record(line: &str, keys: &mut Keys, rows: &mut Rows) -> Result<(), Fault> {
    let mut scanner = Scanner::new(line, 0);
    scanner.skip_space();
    if scanner.at() == line.len() {
        return Ok(());
    }
    scanner.record(keys, rows)?;
    scanner.end()?;
    rows.end_row();
    Ok(())
}
