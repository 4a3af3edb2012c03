//! The CSV of results: every value in quotes, null as the empty text.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};

use crate::catalog::{Field, Kind};
use crate::instant;

/// What stands between values.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Delimiter {
    Backquote,
    Caret,
    #[default]
    Comma,
    Pipe,
    Semicolon,
    Tab,
}

impl Delimiter {
    fn text(self) -> &'static str {
        match self {
            Self::Backquote => "`",
            Self::Caret => "^",
            Self::Comma => ",",
            Self::Pipe => "|",
            Self::Semicolon => ";",
            Self::Tab => "\t",
        }
    }
}

/// What ends a line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LineEnding {
    #[default]
    Lf,
    Crlf,
}

impl LineEnding {
    fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
        }
    }
}

fn joined(values: impl Iterator<Item = String>, delimiter: Delimiter, ending: LineEnding) -> String {
    let quoted: Vec<String> = values.map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect();
    format!("{}{}", quoted.join(delimiter.text()), ending.text())
}

/// The line of names, in the order selected.
pub fn header(fields: &[&Field], delimiter: Delimiter, ending: LineEnding) -> String {
    joined(fields.iter().map(|f| f.name.to_owned()), delimiter, ending)
}

/// The line of a row whose first column is the id and whose others are the fields.
///
/// # Errors
/// When a value cannot be read.
pub fn line(
    row: &Row<'_>,
    fields: &[&Field],
    delimiter: Delimiter,
    ending: LineEnding,
) -> rusqlite::Result<String> {
    let values: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(index, field)| Ok(shown(field, row.get_ref(index + 1)?)))
        .collect::<rusqlite::Result<_>>()?;
    Ok(joined(values.into_iter(), delimiter, ending))
}

fn shown(field: &Field, held: ValueRef<'_>) -> String {
    match (field.kind, held) {
        (_, ValueRef::Null | ValueRef::Blob(_)) => String::new(),
        (Kind::Boolean, ValueRef::Integer(n)) => (n != 0).to_string(),
        (Kind::DateTime, ValueRef::Integer(ms)) => instant::bulk(ms),
        (_, ValueRef::Integer(n)) => n.to_string(),
        (_, ValueRef::Real(n)) => format!("{n:?}"),
        (_, ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
    }
}
