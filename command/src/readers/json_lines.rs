//! JSON lines: one object a line.

use super::text::{Bad, Grammar, Taken, TextReader};
use super::{Format, FormatKind, Options, Reader, beginning};
use crate::input::Input;
use crate::input::blocks::Blocks;
use crate::json::{Fault, Keys, Scanner};
use crate::problem::Problem;
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
    let grammar = JsonLines { keys: Keys::new(options.depth) };
    Ok(Box::new(TextReader::new(Blocks::new(input.name, input.content), grammar)))
}

struct JsonLines {
    keys: Keys,
}

impl Grammar for JsonLines {
    #[inline]
    fn take(&mut self, text: &str, at: usize, ends: bool, rows: &mut Rows) -> Taken {
        let end = match memchr::memchr(b'\n', &text.as_bytes()[at..]) {
            Some(length) => at + length,
            None if ends => text.len(),
            None => return Taken::NeedsMore,
        };
        let next = (end + 1).min(text.len());
        match record(&text[at..end], &mut self.keys, rows) {
            Ok(()) => Taken::Record { end: next, lines: 1 },
            Err(fault) => Taken::Bad(Bad { at: at + fault.at, what: fault.what, end: Some(next) }),
        }
    }

    fn abandon(&mut self, rows: &mut Rows) {
        self.keys.abandon_record(rows);
    }
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
    keys.end_record(rows);
    Ok(())
}
