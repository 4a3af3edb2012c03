//! JSON whose records are not lines: an array of objects, or objects one after the other, over as many lines
//! as they like.

use super::json_lines::not_utf8;
use super::{Format, FormatKind, MARK, Options, Reader, beginning};
use crate::input::Input;
use crate::input::blocks::{Blocks, Decoded, decode};
use crate::json::{Fault, Keys, Scanner};
use crate::problem::{BadRows, Problem};
use crate::rows::Rows;

pub const FORMAT: Format = Format { kind: FormatKind::Json, name: "JSON", recognises, open };

fn recognises(head: &[u8]) -> bool {
    let start = beginning(head);
    let inner = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    // `[` alone could begin a line of any text; with an object or nothing in it, it is an array of records.
    start.first() == Some(&b'{') || inner.is_some_and(|inner| matches!(inner.first(), Some(b'{' | b']')))
}

fn open(input: Input, options: &Options) -> Result<Box<dyn Reader>, Problem> {
    let blocks = Blocks::new(input.name, input.content);
    Ok(Box::new(JsonStream { blocks, keys: Keys::new(options.depth), place: Place::Start }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    /// Between records that follow each other.
    Between,
    /// In an array, before its first record.
    First,
    /// In an array, behind a record.
    Behind,
    /// In an array, behind a comma.
    Next,
    /// Behind the array.
    End,
}

struct JsonStream {
    blocks: Blocks,
    keys: Keys,
    place: Place,
}

/// What one step found.
enum Step {
    /// Bytes taken, and the place behind them.
    Taken(usize, Place),
    NeedsMore,
}

impl Reader for JsonStream {
    fn next(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<bool, Problem> {
        while rows.rows() == 0 {
            if self.blocks.at_end() && self.blocks.bytes().is_empty() {
                return if self.is_complete() { Ok(false) } else { self.cut_off(bad).map(|()| false) };
            }
            self.blocks.fill()?;
            self.records(rows, bad)?;
        }
        Ok(true)
    }
}

impl JsonStream {
    fn is_complete(&self) -> bool {
        matches!(self.place, Place::Start | Place::Between | Place::End)
    }

    fn cut_off(&mut self, bad: &mut BadRows) -> Result<(), Problem> {
        self.place = Place::End;
        bad.pass_over(self.blocks.fault(0, 0, "expected the rest of the array, found the end".to_owned()))
    }

    /// All records that are complete in the block at hand.
    fn records(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<(), Problem> {
        let bytes = self.blocks.bytes();
        let at_end = self.blocks.at_end();
        let (text, broken) = match decode(bytes) {
            Decoded::All(text) => (text, false),
            Decoded::Cut(text) => (text, at_end),
            Decoded::Broken(text) => (text, true),
        };
        let (mut at, mut lines) = (0, 0);
        loop {
            let step = step(text, at, self.place, &mut self.keys, rows);
            let (taken, fault) = match step {
                Ok(Step::Taken(end, place)) => {
                    self.place = place;
                    (end, None)
                }
                Ok(Step::NeedsMore) if broken => (at, Some(broken_at(bytes, text))),
                Ok(Step::NeedsMore) => break,
                Err(fault) if fault.cut && broken => (at, Some(broken_at(bytes, text))),
                Err(fault) if fault.cut && !at_end => {
                    rows.abandon_row();
                    self.keys.forget_columns();
                    break;
                }
                Err(fault) => (at, Some(fault)),
            };
            let Some(fault) = fault else {
                lines += newlines(&bytes[at..taken]);
                at = taken;
                continue;
            };
            rows.abandon_row();
            self.keys.forget_columns();
            let fault_lines = lines + newlines(&bytes[at..fault.at]);
            bad.pass_over(self.blocks.fault(fault.at, fault_lines, fault.what))?;
            self.place = behind_damage(self.place);
            let end = next_line(bytes, fault.at);
            lines += newlines(&bytes[at..end]);
            self.blocks.consume(end, lines);
            return Ok(());
        }
        let at = if at_end { bytes.len() } else { at };
        self.blocks.consume(at, lines);
        Ok(())
    }
}

/// One record, or one sign between records.
fn step(text: &str, at: usize, place: Place, keys: &mut Keys, rows: &mut Rows) -> Result<Step, Fault> {
    let mut scanner = Scanner::new(text, at);
    if place == Place::Start && text.as_bytes()[at..].starts_with(MARK) {
        return Ok(Step::Taken(at + MARK.len(), Place::Start));
    }
    scanner.skip_space();
    let at = scanner.at();
    let Some(byte) = text.as_bytes().get(at) else { return Ok(Step::NeedsMore) };
    match (place, byte) {
        (Place::Start, b'[') => return Ok(Step::Taken(at + 1, Place::First)),
        (Place::First | Place::Behind, b']') => return Ok(Step::Taken(at + 1, Place::End)),
        (Place::Behind, b',') => return Ok(Step::Taken(at + 1, Place::Next)),
        (Place::Behind, _) => return Err(unexpected(text, at, "a comma or ]")),
        (Place::End, _) => return Err(unexpected(text, at, "nothing behind the array")),
        _ => {}
    }
    scanner.record(keys, rows)?;
    rows.end_row();
    let behind = if matches!(place, Place::Start | Place::Between) { Place::Between } else { Place::Behind };
    Ok(Step::Taken(scanner.at(), behind))
}

fn unexpected(text: &str, at: usize, expected: &str) -> Fault {
    let found = text[at..].chars().next().unwrap_or_default();
    Fault { at, what: format!("expected {expected}, found {found:?}"), cut: false }
}

fn broken_at(bytes: &[u8], text: &str) -> Fault {
    let byte = bytes.get(text.len()).copied().unwrap_or_default();
    Fault { at: text.len(), what: not_utf8(byte), cut: false }
}

/// After a record that could not be read, the next line is hoped to begin another.
fn behind_damage(place: Place) -> Place {
    match place {
        Place::Start | Place::Between => Place::Between,
        Place::End => Place::End,
        Place::First | Place::Behind | Place::Next => Place::First,
    }
}

fn next_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1)
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
