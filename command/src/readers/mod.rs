//! The formats: one file or folder each, and the list.

mod csv;
mod json_lines;
mod json_stream;
mod parquet;
mod text;

use serde::Serialize;

pub use self::csv::{CsvOptions, Quote};

use crate::input::Input;
use crate::problem::{BadRows, Problem};
use crate::rows::Rows;

/// Reads a file batch by batch.
pub trait Reader {
    /// Puts the next batch into `rows`, which is empty; false where nothing is left. Rows that the format does
    /// not allow go to `bad`, which says whether to go on.
    fn next(&mut self, rows: &mut Rows, bad: &mut BadRows) -> Result<bool, Problem>;

    /// What was found out about this file, as in `("delimiter", ";")`.
    fn details(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// How files are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Objects within JSON records are taken apart down to this depth; 1 takes apart records only.
    pub depth: usize,
    pub csv: CsvOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self { depth: 8, csv: CsvOptions::default() }
    }
}

/// A reader, or why there is none.
type Opened = Result<Box<dyn Reader>, Problem>;

/// A format's name, how its files are told, and how they are opened.
pub struct Format {
    pub kind: FormatKind,
    pub name: &'static str,
    recognises: fn(&[u8]) -> bool,
    open: fn(Input, &Options) -> Opened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum FormatKind {
    Parquet,
    Jsonl,
    Json,
    Csv,
}

/// The list. The first that recognises a file's beginning reads it; CSV recognises any text.
const FORMATS: &[Format] = &[parquet::FORMAT, json_lines::FORMAT, json_stream::FORMAT, csv::FORMAT];

/// The format that the beginning of a file looks like, or the one that was said.
pub fn format_of(input: &Input, said: Option<FormatKind>) -> Result<&'static Format, Problem> {
    let found = match said {
        Some(kind) => FORMATS.iter().find(|format| format.kind == kind),
        None => FORMATS.iter().find(|format| (format.recognises)(&input.head)),
    };
    found.ok_or_else(|| {
        let name = &input.name;
        Problem::Usage(format!("{name}: neither JSON, nor Parquet, nor text; --format says what it is"))
    })
}

impl Format {
    pub fn open(&self, input: Input, options: &Options) -> Opened {
        (self.open)(input, options)
    }
}

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The first bytes without byte order mark and white space.
fn beginning(head: &[u8]) -> &[u8] {
    head.strip_prefix(MARK).unwrap_or(head).trim_ascii_start()
}
