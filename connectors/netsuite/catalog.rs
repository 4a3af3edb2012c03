//! The metadata catalog's JSON schema of a record type, read as columns. Pure.
//!
//! The catalog describes the record service, SuiteQL is another matter: names are camel case there and lower
//! case here, references are objects there and ids here, and each shows fields that the other hides. So
//! these columns are candidates, to be tried.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{Column, ColumnType};
use serde::Deserialize;
use serde_json::Value;

use super::columns::DECIMAL;
use super::config::is_identifier;
use super::schema::column;

#[derive(Deserialize)]
struct RecordType {
    #[serde(default)]
    properties: BTreeMap<String, Property>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default)]
    title: Option<String>,
    /// A name, or several names of which one may be `null`.
    #[serde(default, rename = "type")]
    kind: Value,
    #[serde(default)]
    format: Option<String>,
    #[serde(default, rename = "$ref")]
    reference: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, Value>,
    #[serde(default, rename = "x-ns-custom-field")]
    custom: bool,
}

/// The columns that a record type's schema suggests, by name.
pub fn columns(schema: &[u8]) -> Result<Vec<Column>, String> {
    let record: RecordType = serde_json::from_slice(schema)
        .map_err(|e| format!("the metadata catalog's answer is no JSON schema: {e}"))?;
    Ok(record.properties.iter().filter_map(|(name, property)| candidate(name, property)).collect())
}

#[derive(Deserialize)]
struct Listed {
    items: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The record types that a list of the catalog names, in lower case.
pub fn names(list: &[u8]) -> Result<BTreeSet<String>, String> {
    let list: Listed = serde_json::from_slice(list).map_err(|e| format!("no list of record types: {e}"))?;
    Ok(list.items.into_iter().map(|item| item.name.to_ascii_lowercase()).collect())
}

fn candidate(name: &str, property: &Property) -> Option<Column> {
    let lower = name.to_ascii_lowercase();
    if lower == "links" || !is_identifier(&lower) {
        return None;
    }
    let column_type = column_type(property)?;
    let custom = property.custom || lower.starts_with("cust") && lower.contains('_');
    Some(Column { title: property.title.clone(), custom, ..column(&lower, column_type) })
}

fn column_type(property: &Property) -> Option<ColumnType> {
    if let Some(reference) = &property.reference {
        return referenced(reference);
    }
    match kind(&property.kind) {
        Some("boolean") => Some(ColumnType::Boolean),
        Some("integer") => Some(ColumnType::Integer),
        Some("number") => Some(DECIMAL),
        Some("string") => Some(match property.format.as_deref() {
            Some("date") => ColumnType::Date,
            Some("date-time") => ColumnType::Timestamp,
            _ => ColumnType::Text,
        }),
        Some("object") => nested(property),
        _ => None,
    }
}

fn kind(value: &Value) -> Option<&str> {
    match value {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

/// A reference to a record type is that record's internal id; one to a part of a record (`customer-addressBook`)
/// or to a link is nothing that SuiteQL has as a column.
fn referenced(reference: &str) -> Option<ColumnType> {
    let target = reference.rsplit('/').next().unwrap_or(reference);
    let part = target.contains('-') || target.eq_ignore_ascii_case("nsLink");
    (!part).then_some(if target.eq_ignore_ascii_case("nsResource") {
        ColumnType::Text
    } else {
        ColumnType::Integer
    })
}

/// An object with an id is a reference or a choice from a list, which may be named by a text; an object
/// with items is a sublist.
fn nested(property: &Property) -> Option<ColumnType> {
    if property.properties.contains_key("items") {
        return None;
    }
    property.properties.get("id").map(|_| ColumnType::Text)
}

/// What a custom field's value type, as `customfield.fieldvaluetype` spells it, is stored as.
pub fn custom_type(value_type: &str) -> Option<ColumnType> {
    let plain: String = value_type.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match plain.to_ascii_uppercase().as_str() {
        "CHECKBOX" => ColumnType::Boolean,
        "INTEGER" | "INTEGERNUMBER" => ColumnType::Integer,
        "FLOAT" | "DECIMAL" | "DECIMALNUMBER" | "CURRENCY" | "PERCENT" => DECIMAL,
        "DATE" => ColumnType::Date,
        "DATETIME" | "DATETIMETZ" => ColumnType::Timestamp,
        // Long texts make queries slow, and files, images and passwords are not to be copied.
        "IMAGE" | "DOCUMENT" | "PASSWORD" | "INLINEHTML" | "HELP" => return None,
        _ => ColumnType::Text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_types_schema_becomes_candidates() {
        let columns = columns(include_bytes!("fixtures/catalog_customer.json")).unwrap();
        let shown: Vec<String> = columns
            .iter()
            .map(|c| {
                let custom = if c.custom { " custom" } else { "" };
                format!("{} {:?}{custom} \"{}\"", c.name, c.column_type, c.title.as_deref().unwrap_or(""))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn what_is_no_schema_says_so() {
        assert!(columns(b"<html>").unwrap_err().contains("no JSON schema"));
    }

    #[test]
    fn custom_fields_are_typed_by_their_value_type() {
        assert_eq!(custom_type("Check Box"), Some(ColumnType::Boolean));
        assert_eq!(custom_type("Date/Time"), Some(ColumnType::Timestamp));
        assert_eq!(custom_type("Decimal Number"), Some(DECIMAL));
        assert_eq!(custom_type("Free-Form Text"), Some(ColumnType::Text));
        assert_eq!(custom_type("List/Record"), Some(ColumnType::Text));
        assert_eq!(custom_type("Password"), None);
    }
}
