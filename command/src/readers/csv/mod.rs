//! Separated values: RFC 4180 and what is written in its name.

mod dialect;
mod layout;
mod record;

use super::text::{Bad, Grammar, Taken, TextReader, count};
use super::{Format, FormatKind, MARK, Options, Reader};
use crate::input::Input;
use crate::input::blocks::Blocks;
use crate::problem::Problem;
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
    let grammar = Csv { layout, fields: Fields::default() };
    Ok(Box::new(TextReader::new(Blocks::new(input.name, input.content), grammar)))
}

struct Csv {
    layout: Layout,
    fields: Fields,
}

impl Grammar for Csv {
    #[inline]
    fn take(&mut self, text: &str, at: usize, ends: bool, rows: &mut Rows) -> Taken {
        match record::scan(text, at, &self.layout.dialect, ends, &mut self.fields) {
            Scan::NeedsMore => Taken::NeedsMore,
            Scan::Fault { at, what } => Taken::Bad(Bad { at, what, end: None }),
            Scan::Record { end } => match self.layout.record(text, &self.fields, rows) {
                Ok(()) => {
                    let lines = count(self.line_end(), &text.as_bytes()[at..end]);
                    Taken::Record { end, lines }
                }
                Err(what) => Taken::Bad(Bad { at, what, end: Some(end) }),
            },
        }
    }

    /// A record is put into the batch once it is known to be one.
    fn abandon(&mut self, _: &mut Rows) {}

    fn line_end(&self) -> u8 {
        self.layout.dialect.terminator
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        self.layout.dialect.details()
    }
}
