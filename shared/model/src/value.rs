//! One typed value of one column.

use rust_decimal::Decimal;
use time::Date;

use crate::instant::Instant;

/// What a column holds in one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The field was null or absent.
    Null,
    Boolean(bool),
    Integer(i64),
    /// Exact: money is never a float.
    Decimal(Decimal),
    Float(f64),
    Text(String),
    Date(Date),
    Timestamp(Instant),
    /// A nested object or array, as compact JSON text.
    Json(String),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// As a table or an API shows it; `None` for null. Dates and instants print in ISO 8601.
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Value::Null => return None,
            Value::Boolean(b) => b.to_string(),
            Value::Integer(i) => i.to_string(),
            Value::Decimal(d) => d.to_string(),
            Value::Float(f) => f.to_string(),
            Value::Text(t) | Value::Json(t) => t.clone(),
            Value::Date(d) => date_text(*d),
            Value::Timestamp(at) => at.to_string(),
        })
    }
}

/// `YYYY-MM-DD`.
pub fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Reads `YYYY-MM-DD`, nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = text.get(0..4)?.parse().ok()?;
    let month: u8 = text.get(5..7)?.parse().ok()?;
    let day = text.get(8..10)?.parse().ok()?;
    Date::from_calendar_date(year, month.try_into().ok()?, day).ok()
}
