//! The portal's custom objects.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::problem::Problem;
use super::properties::all;
use super::shape::readable;
use crate::account::Account;
use crate::catalog::{ObjectType, objects};

/// `GET /crm/v3/schemas`: custom objects only.
pub async fn list(State(account): State<Arc<Account>>) -> Result<Json<Value>, Problem> {
    let custom: Vec<&ObjectType> = objects().iter().filter(|o| o.is_custom()).collect();
    let access = account.access();
    if let Some(denied) = custom.iter().find(|o| access.denied.contains(o.name)) {
        return Err(Problem::missing_scope(denied.scope));
    }
    let results: Vec<Value> = custom.iter().map(|o| schema(&account, o)).collect();
    Ok(Json(json!({ "results": results })))
}

/// `GET /crm/v3/schemas/{type}`.
pub async fn get(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(schema(&account, readable(&account, &name)?)))
}

fn schema(account: &Account, object: &ObjectType) -> Value {
    let primary = object.defaults.last().copied().unwrap_or("hs_object_id");
    let bare = object.name.trim_start_matches("p_");
    json!({
        "id": object.type_id.rsplit('-').next().unwrap_or(""),
        "objectTypeId": object.type_id,
        "fullyQualifiedName": object.qualified(),
        "name": bare,
        "metaType": if object.is_custom() { "PORTAL_SPECIFIC" } else { "HUBSPOT" },
        "labels": { "singular": object.singular, "plural": format!("{bare}s") },
        "primaryDisplayProperty": primary,
        "secondaryDisplayProperties": [],
        "requiredProperties": [primary],
        "searchableProperties": [primary],
        "properties": all(account, object),
        "associations": [],
        "archived": false,
        "restorable": true,
        "createdAt": "2021-04-12T09:30:00.118Z",
        "updatedAt": "2024-10-01T12:00:00Z",
    })
}
