//! What properties an object type has.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::problem::Problem;
use super::shape::{Query, readable};
use crate::account::Account;
use crate::catalog::{Kind, ObjectType, Property};

/// When the portal's properties were made.
const MADE: &str = "2019-01-02T08:00:00Z";

/// `GET /crm/v3/properties/{type}`; with `archived=true` the deleted ones.
pub async fn list(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let object = readable(&account, &name)?;
    let archived = Query::read(query).flag("archived")?;
    let access = account.access();
    let results: Vec<Value> = object
        .properties
        .iter()
        .filter(|p| access.is_rejected(object.name, &p.name) == archived)
        .map(|p| described(p, archived))
        .collect();
    Ok(Json(json!({ "results": results })))
}

/// `GET /crm/v3/properties/{type}/{name}`.
pub async fn get(
    State(account): State<Arc<Account>>,
    Path((object, name)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let object = readable(&account, &object)?;
    let access = account.access();
    let property = object.property(&name).filter(|p| !access.is_rejected(object.name, &p.name));
    property.map(|p| Json(described(p, false))).ok_or_else(Problem::not_found)
}

/// Every property of a type that is not deleted, as schemas list them.
pub fn all(account: &Account, object: &ObjectType) -> Vec<Value> {
    let access = account.access();
    let living = object.properties.iter().filter(|p| !access.is_rejected(object.name, &p.name));
    living.map(|p| described(p, false)).collect()
}

fn described(property: &Property, archived: bool) -> Value {
    let field_type = if property.calculated { "calculation_equation" } else { property.kind.field_type() };
    let mut out = json!({
        "updatedAt": MADE,
        "createdAt": MADE,
        "name": property.name,
        "label": property.label,
        "type": property.kind.type_name(),
        "fieldType": field_type,
        "description": "",
        "groupName": property.group,
        "options": options(property),
        "displayOrder": -1,
        "calculated": property.calculated,
        "externalOptions": property.owner,
        "archived": archived,
        "hasUniqueValue": property.name == "hs_object_id",
        "hidden": false,
        "hubspotDefined": !property.custom,
        "modificationMetadata": {
            "archivable": property.custom,
            "readOnlyDefinition": !property.custom,
            "readOnlyValue": property.read_only,
        },
        "formField": !property.read_only,
        "dataSensitivity": "non_sensitive",
    });
    if property.owner {
        out["referencedObjectType"] = "OWNER".into();
    }
    out
}

fn options(property: &Property) -> Vec<Value> {
    let flags = ["true", "false"];
    let values = if property.kind == Kind::Flag { flags.as_slice() } else { property.options };
    values
        .iter()
        .enumerate()
        .map(|(order, value)| {
            let label = value.replace('_', " ");
            json!({ "label": label, "value": value, "description": "", "displayOrder": order, "hidden": false })
        })
        .collect()
}
