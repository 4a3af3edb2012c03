//! JSON whose records are not lines: an array of objects, or objects one after the other, over as many lines
//! as they like.

use super::text::{Bad, Grammar, Taken, TextReader, count};
use super::{Format, FormatKind, Options, Reader, beginning};
use crate::input::Input;
use crate::input::blocks::Blocks;
use crate::json::{Fault, Keys, Scanner};
use crate::problem::Problem;
use crate::rows::Rows;

pub const FORMAT: Format = Format { kind: FormatKind::Json, name: "JSON", recognises, open };

fn recognises(head: &[u8]) -> bool {
    let start = beginning(head);
    let inner = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    // `[` alone could begin a line of any text; with an object or nothing in it, it is an array of records.
    start.first() == Some(&b'{') || inner.is_some_and(|inner| matches!(inner.first(), Some(b'{' | b']')))
}

fn open(input: Input, options: &Options) -> Result<Box<dyn Reader>, Problem> {
    let grammar = JsonStream { keys: Keys::new(options.depth), place: Place::Start };
    Ok(Box::new(TextReader::new(Blocks::new(input.name, input.content), grammar)))
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
    keys: Keys,
    place: Place,
}

/// What one step found.
enum Step {
    /// Bytes taken, and the place behind them.
    Taken(usize, Place),
    NeedsMore,
}

impl Grammar for JsonStream {
    fn take(&mut self, text: &str, at: usize, ends: bool, rows: &mut Rows) -> Taken {
        match step(text, at, self.place, &mut self.keys, rows) {
            Ok(Step::Taken(end, place)) => {
                self.place = place;
                Taken::Record { end, lines: count(b'\n', &text.as_bytes()[at..end]) }
            }
            Ok(Step::NeedsMore) => Taken::NeedsMore,
            Err(fault) if fault.cut && !ends => {
                self.keys.abandon_record(rows);
                Taken::NeedsMore
            }
            Err(fault) => Taken::Bad(Bad { at: fault.at, what: fault.what, end: None }),
        }
    }

    /// After a record that could not be read, the next line is hoped to begin another.
    fn abandon(&mut self, rows: &mut Rows) {
        self.keys.abandon_record(rows);
        self.place = match self.place {
            Place::Start | Place::Between => Place::Between,
            Place::End => Place::End,
            Place::First | Place::Behind | Place::Next => Place::First,
        };
    }

    fn missing_at_end(&mut self) -> Option<&'static str> {
        let complete = matches!(self.place, Place::Start | Place::Between | Place::End);
        self.place = Place::End;
        (!complete).then_some("expected the rest of the array, found the end")
    }
}

/// One record, or one sign between records.
fn step(text: &str, at: usize, place: Place, keys: &mut Keys, rows: &mut Rows) -> Result<Step, Fault> {
    let mut scanner = Scanner::new(text, at);
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
    keys.end_record(rows);
    let behind = if matches!(place, Place::Start | Place::Between) { Place::Between } else { Place::Behind };
    Ok(Step::Taken(scanner.at(), behind))
}

fn unexpected(text: &str, at: usize, expected: &str) -> Fault {
    let found = text[at..].chars().next().unwrap_or_default();
    Fault { at, what: format!("expected {expected}, found {found:?}"), cut: false }
}
