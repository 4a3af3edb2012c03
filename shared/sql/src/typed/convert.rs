//! A stream's values on their way into and out of typed tables.

use forebay_model::value::parse_date;
use forebay_model::{ColumnType, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use crate::value::{SqlValue, instant, midnight};

/// A value as its column stores it. The column may be wider than the value's own type, where a page with
/// an older schema meets a table that has grown.
pub fn to_sql(value: Value, column: ColumnType) -> SqlValue {
    match (value, column) {
        (Value::Null, _) => SqlValue::Null,
        (Value::Text(text) | Value::Json(text), _) => SqlValue::Text(text),
        (other, ColumnType::Text | ColumnType::Json) => {
            other.to_text().map_or(SqlValue::Null, SqlValue::Text)
        }
        (Value::Boolean(b), _) => SqlValue::Bool(b),
        (Value::Integer(i), ColumnType::Decimal { .. }) => SqlValue::Decimal(Decimal::from(i)),
        (Value::Integer(i), ColumnType::Float) => SqlValue::Float(i as f64),
        (Value::Integer(i), _) => SqlValue::Int(i),
        (Value::Decimal(d), ColumnType::Float) => d.to_f64().map_or(SqlValue::Null, SqlValue::Float),
        (Value::Decimal(d), _) => SqlValue::Decimal(d),
        (Value::Float(f), _) => SqlValue::Float(f),
        (Value::Date(d), ColumnType::Timestamp) => midnight(d).map_or(SqlValue::Null, SqlValue::Instant),
        (Value::Date(d), _) => SqlValue::Date(d),
        (Value::Timestamp(at), _) => SqlValue::Instant(at),
    }
}

/// A stored value as its column's type. One that does not fit comes back as what it is.
pub fn from_sql(value: SqlValue, column: ColumnType) -> Value {
    if value == SqlValue::Null {
        return Value::Null;
    }
    let typed = match column {
        ColumnType::Boolean => boolean(&value),
        ColumnType::Integer => integer(&value),
        ColumnType::Decimal { .. } => decimal(&value),
        ColumnType::Float => float(&value),
        ColumnType::Date => date(&value),
        ColumnType::Timestamp => instant(&value).map(Value::Timestamp),
        ColumnType::Text | ColumnType::Json => None,
    };
    typed.unwrap_or_else(|| as_text(value, column))
}

fn boolean(value: &SqlValue) -> Option<Value> {
    match value {
        SqlValue::Bool(b) => Some(Value::Boolean(*b)),
        SqlValue::Int(i) => Some(Value::Boolean(*i != 0)),
        _ => None,
    }
}

fn integer(value: &SqlValue) -> Option<Value> {
    match value {
        SqlValue::Int(i) => Some(Value::Integer(*i)),
        SqlValue::Decimal(d) => d.to_i64().map(Value::Integer),
        _ => None,
    }
}

fn decimal(value: &SqlValue) -> Option<Value> {
    let decimal = match value {
        SqlValue::Decimal(d) => Some(*d),
        SqlValue::Int(i) => Some(Decimal::from(*i)),
        SqlValue::Float(f) => Decimal::from_f64(*f),
        SqlValue::Text(text) => Decimal::from_str_exact(text).ok(),
        _ => None,
    };
    decimal.map(Value::Decimal)
}

fn float(value: &SqlValue) -> Option<Value> {
    let float = match value {
        SqlValue::Float(f) => Some(*f),
        SqlValue::Int(i) => Some(*i as f64),
        SqlValue::Decimal(d) => d.to_f64(),
        SqlValue::Text(text) => text.parse().ok(),
        _ => None,
    };
    float.map(Value::Float)
}

fn date(value: &SqlValue) -> Option<Value> {
    match value {
        SqlValue::Date(d) => Some(Value::Date(*d)),
        SqlValue::Text(text) => parse_date(text).map(Value::Date),
        _ => None,
    }
}

fn as_text(value: SqlValue, column: ColumnType) -> Value {
    let text = match value {
        SqlValue::Text(text) if column == ColumnType::Json => return Value::Json(text),
        SqlValue::Text(text) => Some(text),
        SqlValue::Int(i) => Some(i.to_string()),
        SqlValue::Float(f) => Some(f.to_string()),
        SqlValue::Bool(b) => Some(b.to_string()),
        SqlValue::Decimal(d) => Some(d.to_string()),
        SqlValue::Instant(at) => Some(at.to_string()),
        SqlValue::Date(d) => Some(forebay_model::value::date_text(d)),
        SqlValue::Bytes(_) | SqlValue::Null => None,
    };
    text.map_or(Value::Null, Value::Text)
}
