//! JSON schemas of record types, made from the catalog (draft-06 hyper-schema, as the vendor's).

use serde_json::{Map, Value, json};

use crate::catalog::{Column, Exposure, Kind, RestType, Table};
use crate::suiteql::Access;

const CATALOG: &str = "/services/rest/record/v1/metadata-catalog";

/// The schema of a record type.
pub fn record_schema(table: &Table, rest: &RestType, access: &Access) -> Value {
    let mut properties = properties(table, access);
    properties.insert("links".to_owned(), links());
    properties.insert(
        "externalId".to_owned(),
        json!({ "title": "External ID", "type": "string", "nullable": true }),
    );
    let filterable: Vec<String> = properties.keys().filter(|name| *name != "links").cloned().collect();
    if table.name == "transaction" {
        let href = format!("{CATALOG}/{}-itemCollection", rest.name);
        properties.insert("item".to_owned(), json!({ "$ref": href }));
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "x-ns-filterable": filterable,
    });
    if let (true, Some(object)) = (rest.name.starts_with("customrecord"), schema.as_object_mut()) {
        object.insert("x-ns-custom-record".to_owned(), true.into());
    }
    schema
}

/// The schema of a sublist, whose elements are `element`.
pub fn collection_schema(element: &str) -> Value {
    json!({
        "type": "object",
        "properties": {
            "links": links(),
            "totalResults": { "title": "Total Results", "type": "integer", "format": "int64" },
            "items": { "title": "Items", "type": "array", "items": { "$ref": format!("{CATALOG}/{element}") } },
        },
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
    })
}

/// The schema of a sublist's elements.
pub fn element_schema(table: &Table, access: &Access) -> Value {
    let mut properties = properties(table, access);
    properties.insert("links".to_owned(), links());
    json!({
        "type": "object",
        "properties": properties,
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "x-ns-sublistkey": { "present": true, "value": ["line"] },
    })
}

/// The schema of `nsLink`, which others point to.
pub fn link_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "rel": { "title": "Relationship", "type": "string", "readOnly": true },
            "href": { "title": "Hypertext Reference", "type": "string", "readOnly": true },
        },
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
    })
}

fn links() -> Value {
    json!({
        "title": "Links", "type": "array", "readOnly": true, "items": { "$ref": format!("{CATALOG}/nsLink") },
    })
}

fn properties(table: &Table, access: &Access) -> Map<String, Value> {
    table
        .columns
        .iter()
        .filter(|c| c.exposure != Exposure::QueryOnly && !access.rejects(table.name, c.name))
        .map(|c| (c.rest_name.to_owned(), property(c, access.kind(table, c))))
        .collect()
}

fn property(column: &Column, kind: Kind) -> Value {
    // The vendor says nullable of everything, required or not.
    let mut out = match (column.reference, kind) {
        _ if column.name == "id" => json!({ "type": "string" }),
        (Some(_), _) => json!({
            "type": "object",
            "properties": {
                "id": { "title": "Internal identifier", "type": "string" },
                "refName": { "title": "Reference Name", "type": "string" },
                "externalId": { "title": "External identifier", "type": "string" },
                "links": links(),
            },
        }),
        (None, Kind::Integer) => json!({ "type": "integer", "format": "int64" }),
        (None, Kind::Decimal) => json!({ "type": "number", "format": "double" }),
        (None, Kind::Text) => json!({ "type": "string" }),
        (None, Kind::Flag) => json!({ "type": "boolean" }),
        (None, Kind::Date) => json!({ "type": "string", "format": "date" }),
        (None, Kind::DateTime) => json!({ "type": "string", "format": "date-time" }),
    };
    if let Some(object) = out.as_object_mut() {
        object.insert("title".to_owned(), column.title.into());
        object.insert("nullable".to_owned(), true.into());
        if column.custom {
            object.insert("x-ns-custom-field".to_owned(), true.into());
        }
    }
    out
}
