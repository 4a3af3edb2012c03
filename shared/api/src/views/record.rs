use forebay_model::{Instant, Value};
use forebay_ports::repository::StoredRecord;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// One record, or one version of it.
#[derive(Debug, Clone, serde::Serialize, ToSchema)]
#[schema(as = Record)]
pub struct RecordView {
    /// The values of the key's columns, as text.
    pub key: Vec<String>,
    /// When the source says it became so: the version's start.
    #[schema(value_type = String, format = DateTime)]
    pub modified: Instant,
    /// The bound of the run that read it.
    #[schema(value_type = String, format = DateTime)]
    pub observed: Instant,
    /// True for the version that says the record was deleted.
    pub deleted: bool,
    /// History only: when this version was replaced; null for the current one.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub valid_to: Option<Instant>,
    /// Column to value, in the table's order. Decimals are text, so that no digit is lost; dates are
    /// `YYYY-MM-DD`; timestamps RFC 3339; JSON columns are nested.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub values: Values,
}

/// The separator of a key's parts in the model.
const UNIT_SEPARATOR: char = '\u{1f}';

impl RecordView {
    pub fn new(record: StoredRecord) -> Self {
        Self {
            key: record.key.as_str().split(UNIT_SEPARATOR).map(str::to_string).collect(),
            modified: record.version.modified,
            observed: record.version.observed,
            deleted: record.version.deleted,
            valid_to: record.valid_to,
            values: Values(record.values),
        }
    }
}

/// A JSON object that keeps the order of its columns.
#[derive(Debug, Clone)]
pub struct Values(Vec<(String, Value)>);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, value) in &self.0 {
            map.serialize_entry(column, &Shown(value))?;
        }
        map.end()
    }
}

struct Shown<'a>(&'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Boolean(b) => serializer.serialize_bool(*b),
            Value::Integer(i) => serializer.serialize_i64(*i),
            // JSON has no infinities: they and NaN stay readable as text.
            Value::Float(f) if f.is_finite() => serializer.serialize_f64(*f),
            Value::Json(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(nested) => nested.serialize(serializer),
                Err(_) => serializer.serialize_str(text),
            },
            other => other.to_text().serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_order_their_digits_and_their_nesting() {
        let values = Values(vec![
            ("z".into(), Value::Integer(i64::MAX)),
            ("b".into(), Value::Json(r#"{"y":1,"x":[2]}"#.into())),
            ("a".into(), Value::Float(f64::NAN)),
            ("m".into(), Value::Null),
            ("t".into(), Value::Timestamp(Instant::EPOCH)),
        ]);
        assert_eq!(
            serde_json::to_string(&values).unwrap(),
            r#"{"z":9223372036854775807,"b":{"y":1,"x":[2]},"a":"NaN","m":null,"t":"1970-01-01T00:00:00.000000Z"}"#
        );
    }
}
