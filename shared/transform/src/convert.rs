//! How a raw JSON field becomes a value of a column's type.

use std::borrow::Cow;
use std::str::FromStr;

use forebay_model::value::parse_date;
use forebay_model::{Column, ColumnType, Instant, Value};
use rust_decimal::Decimal;

use crate::shape;

/// A field as it stands in the page.
enum Raw<'a> {
    Null,
    Boolean(bool),
    /// The number's own text.
    Number(&'a str),
    Text(Cow<'a, str>),
    /// An object's or array's own text.
    Nested(&'a str),
}

impl<'a> Raw<'a> {
    /// `json` is one valid JSON value without white space around it.
    fn parse(json: &'a str) -> Self {
        match json.as_bytes().first() {
            Some(b'n') => Raw::Null,
            Some(b't') => Raw::Boolean(true),
            Some(b'f') => Raw::Boolean(false),
            Some(b'{' | b'[') => Raw::Nested(json),
            Some(b'"') => Raw::Text(unquote(json)),
            _ => Raw::Number(json),
        }
    }

    fn describe(&self, json: &str) -> String {
        match self {
            Raw::Text(text) => shape::of_text(text),
            Raw::Number(text) => {
                format!("a number of {} digits", text.bytes().filter(u8::is_ascii_digit).count())
            }
            _ => shape::of_json(json).to_owned(),
        }
    }
}

fn unquote(json: &str) -> Cow<'_, str> {
    let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str::<String>(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// Reads `json` as the column's type. The error is a whole sentence about field, shape and expectation.
pub fn convert(column: &Column, json: &str) -> Result<Value, String> {
    convert_raw(column, Raw::parse(json), json)
}

/// Reads a text that stands for itself, as in CSV.
pub fn convert_text(column: &Column, text: &str) -> Result<Value, String> {
    convert_raw(column, Raw::Text(Cow::Borrowed(text)), text)
}

fn convert_raw(column: &Column, raw: Raw<'_>, json: &str) -> Result<Value, String> {
    if matches!(raw, Raw::Null) {
        return Ok(Value::Null);
    }
    if let Raw::Text(text) = &raw
        && text.is_empty()
        && !matches!(column.column_type, ColumnType::Text | ColumnType::Json)
    {
        return Ok(Value::Null);
    }
    read(column.column_type, &raw, json).ok_or_else(|| {
        format!(
            "field '{}': expected {}, got {}",
            column.source_field,
            expectation(column.column_type),
            raw.describe(json)
        )
    })
}

fn expectation(column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Boolean => "a boolean (true, false, T or F)".into(),
        ColumnType::Integer => "a whole number of at most 64 bits".into(),
        ColumnType::Decimal { precision, scale } => {
            format!("a decimal of at most {precision} digits, {scale} of them after the point")
        }
        ColumnType::Float => "a finite number".into(),
        ColumnType::Date => "a date as YYYY-MM-DD".into(),
        ColumnType::Timestamp => "an instant in RFC 3339 with a zone".into(),
        ColumnType::Text => "text".into(),
        ColumnType::Json => "JSON".into(),
    }
}

fn read(column_type: ColumnType, raw: &Raw<'_>, json: &str) -> Option<Value> {
    match column_type {
        ColumnType::Boolean => boolean(raw).map(Value::Boolean),
        ColumnType::Integer => integer(scalar(raw)?).map(Value::Integer),
        ColumnType::Decimal { precision, scale } => {
            decimal(scalar(raw)?).filter(|d| fits(d, precision, scale)).map(Value::Decimal)
        }
        ColumnType::Float => f64::from_str(scalar(raw)?).ok().filter(|f| f.is_finite()).map(Value::Float),
        ColumnType::Date => parse_date(text_only(raw)?).map(Value::Date),
        ColumnType::Timestamp => instant(text_only(raw)?).map(Value::Timestamp),
        ColumnType::Text => Some(Value::Text(text(raw))),
        ColumnType::Json => Some(Value::Json(json.to_owned())),
    }
}

fn boolean(raw: &Raw<'_>) -> Option<bool> {
    match raw {
        Raw::Boolean(b) => Some(*b),
        Raw::Text(t) if ["t", "true", "y", "yes"].iter().any(|yes| t.eq_ignore_ascii_case(yes)) => Some(true),
        Raw::Text(t) if ["f", "false", "n", "no"].iter().any(|no| t.eq_ignore_ascii_case(no)) => Some(false),
        _ => None,
    }
}

/// A number's digits, whether the vendor sends it as a number or as a text.
fn scalar<'r>(raw: &'r Raw<'_>) -> Option<&'r str> {
    match raw {
        Raw::Number(n) => Some(n),
        Raw::Text(t) => Some(t.trim()),
        _ => None,
    }
}

fn text_only<'r>(raw: &'r Raw<'_>) -> Option<&'r str> {
    match raw {
        Raw::Text(t) => Some(t),
        _ => None,
    }
}

fn text(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Text(t) => t.clone().into_owned(),
        Raw::Number(n) | Raw::Nested(n) => (*n).to_owned(),
        Raw::Boolean(b) => b.to_string(),
        Raw::Null => String::new(),
    }
}

fn integer(text: &str) -> Option<i64> {
    if let Ok(i) = text.parse() {
        return Some(i);
    }
    let whole = decimal(text)?;
    if whole.fract().is_zero() { i64::try_from(whole.trunc()).ok() } else { None }
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

fn fits(value: &Decimal, precision: u8, scale: u8) -> bool {
    let value = value.normalize();
    let digits = value.mantissa().unsigned_abs().checked_ilog10().map_or(1, |d| d + 1);
    let whole = digits.saturating_sub(value.scale());
    value.scale() <= u32::from(scale) && whole <= u32::from(precision - scale.min(precision))
}

fn instant(text: &str) -> Option<Instant> {
    Instant::parse(text)
        .or_else(|| parse_date(text).map(|d| Instant::from_datetime(d.midnight().assume_utc())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(column_type: ColumnType) -> Column {
        Column {
            name: "x".into(),
            source_field: "X".into(),
            column_type,
            nullable: true,
            title: None,
            custom: false,
        }
    }

    fn ok(column_type: ColumnType, json: &str) -> Value {
        convert(&column(column_type), json).unwrap()
    }

    fn refused(column_type: ColumnType, json: &str) -> String {
        convert(&column(column_type), json).unwrap_err()
    }

    const MONEY: ColumnType = ColumnType::Decimal { precision: 12, scale: 2 };

    #[test]
    fn vendors_texts_become_typed_values() {
        assert_eq!(ok(ColumnType::Integer, "\"143\""), Value::Integer(143));
        assert_eq!(ok(ColumnType::Integer, "7.00"), Value::Integer(7));
        assert_eq!(ok(ColumnType::Boolean, "\"T\""), Value::Boolean(true));
        assert_eq!(ok(MONEY, "\"-12.50\""), Value::Decimal(Decimal::new(-1250, 2)));
        assert_eq!(ok(MONEY, "1.5E+3"), Value::Decimal(Decimal::new(1500, 0)));
        assert_eq!(ok(ColumnType::Text, "\"a\\u00e4\\n\""), Value::Text("aä\n".into()));
        assert_eq!(
            ok(ColumnType::Timestamp, "\"2026-03-02T10:00:00Z\"").to_text().unwrap(),
            "2026-03-02T10:00:00.000000Z"
        );
    }

    #[test]
    fn nothing_and_empty_are_null_outside_text() {
        assert_eq!(ok(ColumnType::Integer, "\"\""), Value::Null);
        assert_eq!(ok(ColumnType::Date, "null"), Value::Null);
        assert_eq!(ok(ColumnType::Text, "\"\""), Value::Text(String::new()));
    }

    #[test]
    fn an_ambiguous_or_lossy_value_is_refused_with_its_shape() {
        assert_eq!(
            refused(ColumnType::Date, "\"3/2/2026\""),
            "field 'X': expected a date as YYYY-MM-DD, got text shaped \"9/9/9999\""
        );
        assert!(refused(ColumnType::Timestamp, "\"2026-03-02 10:00:00\"").contains("with a zone"));
        assert!(refused(MONEY, "\"0.125\"").contains("2 of them after the point"));
        assert!(refused(MONEY, "\"12345678901.00\"").contains("12 digits"));
        assert!(refused(ColumnType::Integer, "99999999999999999999").contains("a number of 20 digits"));
        assert!(refused(ColumnType::Integer, "{\"a\":1}").contains("an object"));
        assert!(refused(ColumnType::Float, "\"NaN\"").contains("finite"));
    }
}
