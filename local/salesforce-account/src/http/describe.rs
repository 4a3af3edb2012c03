//! The global describe, and describes of single objects.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::problem::Problem;
use crate::catalog::{Field, Kind, Object, Origin};
use crate::org::Org;

type Answer = Result<Json<Value>, Problem>;

/// `GET /sobjects`.
pub async fn all(State(org): State<Arc<Org>>, Path(version): Path<String>) -> Json<Value> {
    let objects: Vec<Value> = org.access().objects().map(|o| summary(&version, o)).collect();
    Json(json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects }))
}

/// `GET /sobjects/{name}`.
pub async fn basic(State(org): State<Arc<Org>>, Path((version, name)): Path<(String, String)>) -> Answer {
    let object = org.access().object(&name).ok_or_else(Problem::not_found)?;
    Ok(Json(json!({ "objectDescribe": summary(&version, object), "recentItems": [] })))
}

/// `GET /sobjects/{name}/describe`.
pub async fn one(State(org): State<Arc<Org>>, Path((version, name)): Path<(String, String)>) -> Answer {
    let access = org.access();
    let object = access.object(&name).ok_or_else(Problem::not_found)?;
    let mut described = summary(&version, object);
    let fields: Vec<Value> = access.fields(object).map(field).collect();
    if let Some(map) = described.as_object_mut() {
        map.insert("fields".to_owned(), fields.into());
        map.insert("childRelationships".to_owned(), json!([]));
        map.insert("recordTypeInfos".to_owned(), json!([]));
    }
    Ok(Json(described))
}

fn summary(version: &str, object: &Object) -> Value {
    let url = format!("/services/data/{version}/sobjects/{}", object.name);
    let prefix = Some(object.prefix).filter(|p| !p.is_empty());
    let open = object.queryable && object.replicateable;
    json!({
        "name": object.name,
        "label": object.label(),
        "labelPlural": object.label_plural(),
        "keyPrefix": prefix,
        "custom": object.custom(),
        "customSetting": false,
        "deprecatedAndHidden": false,
        "activateable": false,
        "createable": open,
        "deletable": open && object.has("IsDeleted"),
        "undeletable": open && object.has("IsDeleted"),
        "updateable": open,
        "queryable": object.queryable,
        "retrieveable": object.queryable,
        "replicateable": object.replicateable,
        "searchable": open,
        "triggerable": open,
        "layoutable": open,
        "mergeable": matches!(object.name, "Account" | "Contact" | "Lead"),
        "urls": {
            "sobject": url,
            "describe": format!("{url}/describe"),
            "rowTemplate": format!("{url}/{{ID}}"),
        },
    })
}

/// `type` and `soapType`.
fn types(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Id => ("id", "tns:ID"),
        Kind::Reference(_) => ("reference", "tns:ID"),
        Kind::Text => ("string", "xsd:string"),
        Kind::Email => ("email", "xsd:string"),
        Kind::Phone => ("phone", "xsd:string"),
        Kind::Url => ("url", "xsd:string"),
        Kind::Picklist(_) => ("picklist", "xsd:string"),
        Kind::LongText => ("textarea", "xsd:string"),
        Kind::Boolean => ("boolean", "xsd:boolean"),
        Kind::Integer => ("int", "xsd:int"),
        Kind::Double => ("double", "xsd:double"),
        Kind::Currency => ("currency", "xsd:double"),
        Kind::Percent => ("percent", "xsd:double"),
        Kind::Date => ("date", "xsd:date"),
        Kind::DateTime => ("datetime", "xsd:dateTime"),
        Kind::Address(_) => ("address", "urn:address"),
        Kind::Base64 => ("base64", "xsd:base64Binary"),
    }
}

fn field(field: &Field) -> Value {
    let (kind, soap) = types(field.kind);
    let (formula, calculated) = match field.origin {
        Origin::Formula { text, .. } => (Some(text), true),
        _ => (None, false),
    };
    let (targets, relationship): (&[&str], Option<String>) = match field.kind {
        Kind::Reference(to) => (to, Some(relationship(field.name))),
        _ => (&[], None),
    };
    let values: Vec<Value> = match field.kind {
        Kind::Picklist(values) => values.iter().map(|v| choice(v)).collect(),
        _ => Vec::new(),
    };
    let integer = field.kind == Kind::Integer;
    // Integers have digits, all other numbers a precision.
    let (digits, precision) = if integer { (field.digits.0, 0) } else { (0, field.digits.0) };
    let writable =
        !calculated && !matches!(field.kind, Kind::Id | Kind::Address(_)) && field.origin == Origin::Stored;
    let length = if kind == "address" { 0 } else { field.length };
    json!({
        "name": field.name,
        "label": field.label(),
        "type": kind,
        "soapType": soap,
        "length": length,
        "byteLength": u32::from(length) * 3,
        "digits": digits,
        "precision": precision,
        "scale": field.digits.1,
        "calculated": calculated,
        "calculatedFormula": formula,
        "compoundFieldName": field.part_of,
        "custom": field.custom(),
        "nillable": field.nillable,
        "filterable": field.filterable(),
        "sortable": field.filterable(),
        "groupable": field.filterable() && precision == 0 && field.kind != Kind::DateTime,
        "aggregatable": field.filterable(),
        "nameField": field.name_field,
        "idLookup": field.kind == Kind::Id,
        "unique": false,
        "externalId": false,
        "autoNumber": matches!(field.name, "CaseNumber"),
        "caseSensitive": false,
        "createable": writable,
        "updateable": writable,
        "defaultedOnCreate": field.kind == Kind::Boolean,
        "deprecatedAndHidden": false,
        "encrypted": false,
        "referenceTo": targets,
        "relationshipName": relationship,
        "polymorphicForeignKey": targets.len() > 1,
        "picklistValues": values,
        "restrictedPicklist": false,
        "inlineHelpText": null,
        "extraTypeInfo": if field.kind == Kind::LongText { Some("plaintextarea") } else { None },
    })
}

fn choice(value: &str) -> Value {
    json!({ "active": true, "defaultValue": false, "label": value, "validFor": null, "value": value })
}

/// `OwnerId` leads to `Owner`, `Account__c` to `Account__r`.
fn relationship(name: &str) -> String {
    match name.strip_suffix("__c") {
        Some(stem) => format!("{stem}__r"),
        None => name.strip_suffix("Id").unwrap_or(name).to_owned(),
    }
}
