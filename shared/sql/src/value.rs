//! Values and rows as they travel to and from a database.

use forebay_model::value::parse_date;
use forebay_model::{
    ConnectorKind, Cursor, DeadLetterId, Instant, PageId, RecordKey, RunId, SourceId, StreamName, TenantId,
};
use forebay_ports::PortError;
use rust_decimal::Decimal;
use time::Date;

/// A value in a statement or a row. SQLite gives back only `Null`, `Int`, `Float`, `Text` and `Bytes`; the
/// readers below take those forms too.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
    Bytes(Vec<u8>),
    Date(Date),
    Instant(Instant),
}

impl SqlValue {
    fn form(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "date",
            Self::Instant(_) => "instant",
        }
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $into:expr),+ $(,)?) => {
        $(impl From<$from> for SqlValue {
            fn from($value: $from) -> Self {
                $into
            }
        })+
    };
}

from! {
    bool => |v| Self::Bool(v),
    i64 => |v| Self::Int(v),
    u32 => |v| Self::Int(i64::from(v)),
    // Counts stay far below 2^63; a larger one would be a fault elsewhere.
    u64 => |v| Self::Int(i64::try_from(v).unwrap_or(i64::MAX)),
    &str => |v| Self::Text(v.to_owned()),
    String => |v| Self::Text(v),
    Vec<u8> => |v| Self::Bytes(v),
    Instant => |v| Self::Instant(v),
    Date => |v| Self::Date(v),
}

macro_rules! from_id {
    ($($id:ty),+) => {
        $(impl From<&$id> for SqlValue {
            fn from(id: &$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        })+
    };
}

from_id!(TenantId, SourceId, StreamName, RunId, PageId, ConnectorKind, Cursor, DeadLetterId, RecordKey);

impl<T: Into<SqlValue>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of a result, values in the order of the statement's columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row(Vec<SqlValue>);

impl Row {
    pub fn new(values: Vec<SqlValue>) -> Self {
        Self(values)
    }

    pub fn into_values(self) -> Vec<SqlValue> {
        self.0
    }

    /// Reads the values from left to right.
    pub fn reader(&self) -> Reader<'_> {
        Reader { row: &self.0, next: 0 }
    }
}

/// Reads a row from left to right, each value as what the caller expects. A value of another form is
/// `Rejected`: the database was changed by something else than Forebay.
#[derive(Debug)]
pub struct Reader<'r> {
    row: &'r [SqlValue],
    next: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> &SqlValue {
        let value = self.row.get(self.next).unwrap_or(&SqlValue::Null);
        self.next += 1;
        value
    }

    fn read<T>(&mut self, what: &str, get: impl Fn(&SqlValue) -> Option<T>) -> Result<T, PortError> {
        let at = self.next;
        let value = self.take();
        get(value).ok_or_else(|| wrong(at, what, value.form()))
    }

    fn optional<T>(
        &mut self,
        what: &str,
        get: impl Fn(&SqlValue) -> Option<T>,
    ) -> Result<Option<T>, PortError> {
        if matches!(self.row.get(self.next), None | Some(SqlValue::Null)) {
            self.next += 1;
            return Ok(None);
        }
        self.read(what, get).map(Some)
    }

    pub fn text(&mut self) -> Result<String, PortError> {
        self.read("text", text)
    }

    pub fn optional_text(&mut self) -> Result<Option<String>, PortError> {
        self.optional("text", text)
    }

    /// A text that is an identifier, or anything else made from text.
    pub fn id<T: TryFrom<String>>(&mut self) -> Result<T, PortError> {
        self.read("an identifier", |v| T::try_from(text(v)?).ok())
    }

    /// JSON text.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, PortError> {
        self.read("JSON of this version", |v| serde_json::from_str(&text(v)?).ok())
    }

    pub fn optional_json<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, PortError> {
        self.optional("JSON of this version", |v| serde_json::from_str(&text(v)?).ok())
    }

    pub fn int(&mut self) -> Result<i64, PortError> {
        self.read("an integer", int)
    }

    pub fn float(&mut self) -> Result<f64, PortError> {
        self.read("a number", |v| match v {
            SqlValue::Float(f) => Some(*f),
            _ => int(v).map(|i| i as f64),
        })
    }

    /// Null counts as zero, as a sum over no rows is null.
    pub fn count(&mut self) -> Result<u64, PortError> {
        Ok(self.optional_count()?.unwrap_or(0))
    }

    pub fn optional_count(&mut self) -> Result<Option<u64>, PortError> {
        self.optional("a count", |v| u64::try_from(int(v)?).ok())
    }

    pub fn small(&mut self) -> Result<u32, PortError> {
        Ok(self.optional("a count", |v| u32::try_from(int(v)?).ok())?.unwrap_or(0))
    }

    pub fn flag(&mut self) -> Result<bool, PortError> {
        self.read("a boolean", |v| int(v).map(|i| i != 0))
    }

    pub fn instant(&mut self) -> Result<Instant, PortError> {
        self.read("an instant", instant)
    }

    pub fn optional_instant(&mut self) -> Result<Option<Instant>, PortError> {
        self.optional("an instant", instant)
    }

    pub fn bytes(&mut self) -> Result<Vec<u8>, PortError> {
        self.read("bytes", |v| match v {
            SqlValue::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        })
    }
}

pub(crate) fn text(value: &SqlValue) -> Option<String> {
    match value {
        SqlValue::Text(text) => Some(text.clone()),
        _ => None,
    }
}

pub(crate) fn int(value: &SqlValue) -> Option<i64> {
    match value {
        SqlValue::Int(i) => Some(*i),
        SqlValue::Bool(b) => Some(i64::from(*b)),
        SqlValue::Decimal(d) => i64::try_from(*d).ok(),
        _ => None,
    }
}

pub(crate) fn instant(value: &SqlValue) -> Option<Instant> {
    match value {
        SqlValue::Instant(at) => Some(*at),
        SqlValue::Text(text) => parse_instant(text).or_else(|| midnight(parse_date(text)?)),
        SqlValue::Date(date) => midnight(*date),
        _ => None,
    }
}

/// Our own form, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, without the cost of a general parser; else RFC 3339.
fn parse_instant(text: &str) -> Option<Instant> {
    fast_instant(text.as_bytes()).or_else(|| Instant::parse(text))
}

fn fast_instant(b: &[u8]) -> Option<Instant> {
    if b.len() != 27 || b[10] != b'T' || b[26] != b'Z' || b[19] != b'.' {
        return None;
    }
    let number = |from: usize, to: usize| {
        b[from..to].iter().try_fold(0i64, |n, c| c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0')))
    };
    let month = u8::try_from(number(5, 7)?).ok()?;
    let date = Date::from_calendar_date(
        i32::try_from(number(0, 4)?).ok()?,
        month.try_into().ok()?,
        u8::try_from(number(8, 10)?).ok()?,
    )
    .ok()?;
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let micros = number(20, 26)?;
    let days = i64::from(date.to_julian_day() - 2_440_588);
    Some(Instant::from_micros((days * 86_400 + seconds) * 1_000_000 + micros))
}

pub(crate) fn midnight(date: Date) -> Option<Instant> {
    Some(Instant::from_datetime(date.midnight().assume_utc()))
}

fn wrong(at: usize, what: &str, form: &str) -> PortError {
    PortError::Rejected {
        service: "database",
        detail: format!("a stored row has {form} in column {at} where {what} belongs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dialects_forms_read_as_the_same_value() {
        let at = Instant::from_micros(1_772_409_600_123_456);
        let sqlite = Row::new(vec![SqlValue::Int(1), SqlValue::Text(at.to_string()), SqlValue::Null]);
        let azure = Row::new(vec![SqlValue::Bool(true), SqlValue::Instant(at), SqlValue::Null]);
        for row in [sqlite, azure] {
            let mut reader = row.reader();
            assert!(reader.flag().unwrap());
            assert_eq!(reader.instant().unwrap(), at);
            assert_eq!(reader.optional_text().unwrap(), None);
        }
    }

    #[test]
    fn the_fast_parser_agrees_with_the_printed_form() {
        for micros in [0, -1, 1, 951_782_400_000_000, 1_772_409_600_123_456, -62_135_596_800_000_000] {
            let at = Instant::from_micros(micros);
            assert_eq!(fast_instant(at.to_string().as_bytes()), Some(at));
        }
        assert_eq!(fast_instant(b"2026-13-01T00:00:00.000000Z"), None);
    }

    #[test]
    fn a_value_of_another_form_is_refused_by_place_and_form_only() {
        let row = Row::new(vec![SqlValue::Text("secret".into())]);
        let error = row.reader().int().unwrap_err().to_string();
        assert!(error.contains("column 0") && !error.contains("secret"), "{error}");
    }
}
