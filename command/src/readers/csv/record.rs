//! One record of separated values.

use super::dialect::Dialect;
use crate::find;

/// The fields of one record, as places in its text.
#[derive(Debug, Default)]
pub struct Fields(Vec<Field>);

#[derive(Debug, Clone, Copy)]
pub struct Field {
    start: usize,
    end: usize,
    quoting: Quoting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Plain,
    Quoted,
    /// Quoted, with quotation marks in it, each written twice.
    Doubled,
}

/// What was found at a place.
#[derive(Debug, PartialEq, Eq)]
pub enum Scan {
    /// A record; the next begins at `end`.
    Record {
        end: usize,
    },
    /// The text ends before the record does.
    NeedsMore,
    Fault {
        at: usize,
        what: String,
    },
}

impl Fields {
    pub fn as_slice(&self) -> &[Field] {
        &self.0
    }

    /// A line with nothing on it.
    pub fn is_blank(&self) -> bool {
        matches!(self.0.as_slice(), [only] if only.start == only.end && only.quoting == Quoting::Plain)
    }

    pub fn texts(&self, text: &str, quote: Option<u8>) -> Vec<String> {
        self.0.iter().map(|field| field.owned(text, quote)).collect()
    }
}

impl Field {
    pub fn is_quoted(self) -> bool {
        self.quoting != Quoting::Plain
    }

    /// The field as it is written, between its quotation marks; `None` where they are doubled in it.
    #[inline]
    pub fn plain(self, text: &str) -> Option<&str> {
        if self.quoting == Quoting::Doubled { None } else { text.get(self.start..self.end) }
    }

    pub fn owned(self, text: &str, quote: Option<u8>) -> String {
        let inner = &text[self.start..self.end];
        match (self.quoting, quote) {
            (Quoting::Doubled, Some(quote)) => {
                let quote = char::from(quote);
                inner.replace(&format!("{quote}{quote}"), &quote.to_string())
            }
            _ => inner.to_owned(),
        }
    }
}

/// Reads the record that begins at `from`; `at_end` says that nothing follows the text.
pub fn scan(text: &str, from: usize, dialect: &Dialect, at_end: bool, fields: &mut Fields) -> Scan {
    fields.0.clear();
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let field = if dialect.quote.is_some() && bytes.get(at).copied() == dialect.quote {
            match quoted(bytes, at, dialect, at_end) {
                Ok(field) => field,
                Err(scan) => return scan,
            }
        } else {
            plain(bytes, at, dialect)
        };
        at = field.end + usize::from(field.is_quoted());
        fields.0.push(field);
        match bytes.get(at) {
            Some(&sign) if sign == dialect.delimiter => at += 1,
            Some(&sign) if sign == dialect.terminator => return Scan::Record { end: at + 1 },
            // Only a line end of two signs is left.
            Some(_) if bytes.get(at + 1) == Some(&dialect.terminator) => return Scan::Record { end: at + 2 },
            Some(_) if at_end => return Scan::Record { end: at + 1 },
            Some(_) => return Scan::NeedsMore,
            None if at_end => return Scan::Record { end: at },
            None => return Scan::NeedsMore,
        }
    }
}

/// A field to its delimiter or line end, the carriage return of which is not its own.
#[inline]
fn plain(bytes: &[u8], start: usize, dialect: &Dialect) -> Field {
    let mut end = find::first_of(bytes, start, dialect.delimiter, dialect.terminator, dialect.terminator);
    if bytes.get(end) != Some(&dialect.delimiter) && end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    Field { start, end, quoting: Quoting::Plain }
}

fn quoted(bytes: &[u8], open: usize, dialect: &Dialect, at_end: bool) -> Result<Field, Scan> {
    let start = open + 1;
    let (mut from, mut quoting) = (start, Quoting::Quoted);
    let quote = bytes[open];
    let end = loop {
        let Some(found) = memchr::memchr(quote, &bytes[from..]) else {
            return Err(if at_end {
                let what = "expected the quotation mark that ends the field, found the end".to_owned();
                Scan::Fault { at: open, what }
            } else {
                Scan::NeedsMore
            });
        };
        let end = from + found;
        match bytes.get(end + 1) {
            Some(&next) if next == quote => (from, quoting) = (end + 2, Quoting::Doubled),
            None if !at_end => return Err(Scan::NeedsMore),
            _ => break end,
        }
    };
    let follows = match &bytes[end + 1..] {
        [] => true,
        [b'\r'] => {
            if !at_end {
                return Err(Scan::NeedsMore);
            }
            true
        }
        [b'\r', next, ..] if *next == dialect.terminator => true,
        [sign, ..] => *sign == dialect.delimiter || *sign == dialect.terminator,
    };
    if !follows {
        let what = "expected a delimiter or a line end behind the field's quotation mark".to_owned();
        return Err(Scan::Fault { at: end + 1, what });
    }
    Ok(Field { start, end, quoting })
}
