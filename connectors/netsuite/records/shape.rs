//! Records as the record service shows them: names in camel case, references and sublists as objects. Pure.

use bytes::Bytes;
use forebay_model::{Column, ColumnType, Instant, StreamSchema};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::netsuite::catalog;
use crate::window::Window;

/// The columns of a record type, named in lower case, each with the field that it is read from. A reference
/// is read as its id, a sublist as JSON.
pub fn columns(schema: &[u8]) -> Result<Vec<Column>, String> {
    let known = catalog::columns(schema)?;
    let schema: Value = serde_json::from_slice(schema).map_err(|e| e.to_string())?;
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let field = |(name, property): (&String, &Value)| {
        let column = known.iter().find(|column| *column.name == name.to_ascii_lowercase())?;
        let object = property.get("$ref").is_some() || property.get("type") == Some(&"object".into());
        let (source_field, column_type) = match object {
            true => (format!("{name}.id"), ColumnType::Text),
            false => (name.clone(), column.column_type),
        };
        Some(Column { source_field, column_type, ..column.clone() })
    };
    let mut columns: Vec<Column> = properties.iter().filter_map(field).collect();
    let sublists: Vec<Column> =
        properties.keys().filter_map(|name| sublist(name, &properties, &columns)).collect();
    columns.extend(sublists);
    Ok(columns)
}

fn sublist(name: &str, properties: &Map<String, Value>, known: &[Column]) -> Option<Column> {
    let lower = name.to_ascii_lowercase();
    let reference = properties.get(name)?.get("$ref")?.as_str()?;
    let whole = reference.contains('-') && !known.iter().any(|column| column.name == lower);
    let column =
        Column { source_field: name.to_owned(), ..crate::netsuite::schema::column(&lower, ColumnType::Json) };
    whole.then_some(column)
}

/// The key is read from the field that the catalog names, whatever its letter case.
pub fn anchored(mut schema: StreamSchema, columns: &[Column]) -> StreamSchema {
    for column in &mut schema.columns {
        if let Some(found) = columns.iter().find(|found| found.name == column.name) {
            column.source_field.clone_from(&found.source_field);
        }
    }
    schema
}

#[derive(Deserialize)]
struct Times {
    #[serde(default, rename = "lastModifiedDate")]
    modified: Option<String>,
}

/// An answer that is a record.
pub fn checked(body: Bytes) -> Result<Bytes, String> {
    serde_json::from_slice::<Map<String, Value>>(&body).map(|_| body).map_err(|e| format!("no record: {e}"))
}

/// Whether a record changed within the window. Filters know days only; one that does not say is taken.
pub fn is_within(body: &[u8], window: &Window) -> bool {
    let times: Option<Times> = serde_json::from_slice(body).ok();
    let at = times.and_then(|times| Instant::parse(times.modified.as_deref()?));
    at.is_none_or(|at| window.lower.is_none_or(|lower| lower.plus_seconds(-1) <= at) && at <= window.upper)
}

/// Records, untouched, as one page.
pub fn compose(records: &[&Bytes]) -> Bytes {
    let mut page = b"{\"items\":[".to_vec();
    for (ordinal, record) in records.iter().enumerate() {
        if ordinal > 0 {
            page.push(b',');
        }
        page.extend_from_slice(record);
    }
    page.extend_from_slice(b"]}");
    page.into()
}
