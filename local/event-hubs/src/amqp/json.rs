//! AMQP values as JSON, the way the Functions host shows application properties.

use fe2o3_amqp::types::primitives::Value;
use serde_json::{Number, Value as Json};
use time::format_description::well_known::Rfc3339;

/// Converts a value; what JSON cannot hold becomes text.
pub(crate) fn from_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Ubyte(value) => Json::from(*value),
        Value::Ushort(value) => Json::from(*value),
        Value::Uint(value) => Json::from(*value),
        Value::Ulong(value) => Json::from(*value),
        Value::Byte(value) => Json::from(*value),
        Value::Short(value) => Json::from(*value),
        Value::Int(value) => Json::from(*value),
        Value::Long(value) => Json::from(*value),
        Value::Float(value) => float(f64::from(value.into_inner())),
        Value::Double(value) => float(value.into_inner()),
        Value::Char(value) => Json::String(value.to_string()),
        Value::String(text) => Json::String(text.clone()),
        Value::Symbol(symbol) => Json::String(symbol.to_string()),
        Value::Binary(bytes) => Json::String(base64(bytes)),
        Value::Uuid(uuid) => Json::String(uuid_text(uuid.as_inner())),
        Value::Timestamp(at) => timestamp(at.milliseconds()),
        Value::List(items) => Json::Array(items.iter().map(from_value).collect()),
        Value::Array(items) => Json::Array(items.iter().map(from_value).collect()),
        Value::Map(fields) => {
            Json::Object(fields.iter().map(|(key, value)| (key_text(key), from_value(value))).collect())
        }
        Value::Described(described) => from_value(&described.value),
        Value::Decimal32(_) | Value::Decimal64(_) | Value::Decimal128(_) => {
            Json::String(format!("{value:?}"))
        }
    }
}

fn key_text(key: &Value) -> String {
    match from_value(key) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn float(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::String(value.to_string()), Json::Number)
}

fn timestamp(milliseconds: i64) -> Json {
    time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .map_or_else(|| Json::from(milliseconds), Json::String)
}

fn uuid_text(bytes: &[u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_and_binary_becomes_base64() {
        assert_eq!(from_value(&Value::Long(-3)), Json::from(-3));
        assert_eq!(from_value(&Value::String("x".into())), Json::from("x"));
        assert_eq!(from_value(&Value::Binary(vec![0u8, 255].into())), Json::from("AP8="));
    }

    #[test]
    fn a_time_becomes_rfc_3339_text() {
        assert_eq!(from_value(&Value::Timestamp(0.into())), Json::from("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn an_infinite_number_becomes_text() {
        assert_eq!(float(f64::INFINITY), Json::from("inf"));
    }
}
