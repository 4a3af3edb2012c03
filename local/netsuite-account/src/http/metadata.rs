//! The metadata catalog. It knows record types only: asked for `transaction`, `item` or `transactionline`, which
//! exist in SuiteQL alone, it answers 404.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::problem::Problem;
use super::record::find;
use super::schema;
use crate::account::Account;
use crate::auth::query_map;
use crate::catalog::{RestType, TABLES, Table, table};

const ROOT: &str = "/services/rest/record/v1/metadata-catalog";
const SCHEMA: &str = "application/schema+json";
const SWAGGER: &str = "application/swagger+json";

fn visible(account: &Account) -> Vec<(&'static Table, &'static RestType)> {
    let access = account.access();
    TABLES
        .iter()
        .filter(|t| !access.denied.contains(t.name) && !access.silenced.contains(t.name))
        .flat_map(|t| t.rest.iter().map(move |r| (*t, r)))
        .collect()
}

/// `GET /record/v1/metadata-catalog[?select=a,b]`.
pub async fn list(
    State(account): State<Arc<Account>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let parameters = query_map(query.as_deref().unwrap_or(""));
    let select = parameters.get("select");
    if select.is_some_and(|s| s.contains(' ')) {
        let detail = "Invalid value of the query parameter 'select'. Do not use blanks.";
        return Err(Problem::bad_request("INVALID_REQUEST", detail).at("o:errorQueryParam", "select"));
    }
    let chosen: Option<Vec<&str>> = select.map(|s| s.split(',').collect());
    let base = &account.credentials.base_url;
    let items: Vec<Value> = visible(&account)
        .into_iter()
        .map(|(_, rest)| rest.name)
        .filter(|name| chosen.as_ref().is_none_or(|list| list.contains(name)))
        .map(|name| entry(base, name))
        .collect();
    Ok(Json(json!({ "links": [{ "rel": "self", "href": format!("{base}{ROOT}") }], "items": items })))
}

fn entry(base: &str, name: &str) -> Value {
    let href = format!("{base}{ROOT}/{name}");
    json!({
        "name": name,
        "links": [
            { "rel": "canonical", "href": href, "mediaType": "application/json" },
            { "rel": "alternate", "href": href, "mediaType": SWAGGER },
            { "rel": "alternate", "href": href, "mediaType": SCHEMA },
        ],
    })
}

/// `GET /record/v1/metadata-catalog/{type}`: a schema, an OpenAPI document or links, as the client accepts.
pub async fn describe(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let schema = schema_of(&account, &name)?;
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    if accept.contains(SCHEMA) {
        return Ok(typed(SCHEMA, &schema));
    }
    if accept.contains(SWAGGER) {
        let document = json!({
            "openapi": "3.0.1",
            "info": { "title": "NetSuite REST API", "version": "v1" },
            "paths": {},
            "components": { "schemas": { name: schema } },
        });
        return Ok(typed(SWAGGER, &document));
    }
    Ok(Json(entry(&account.credentials.base_url, &name)).into_response())
}

fn schema_of(account: &Account, name: &str) -> Result<Value, Problem> {
    if name == "nsLink" {
        return Ok(schema::link_schema());
    }
    let access = account.access();
    if let Some(parent) = name.strip_suffix("-itemCollection") {
        find(account, parent)?;
        return Ok(schema::collection_schema(&format!("{parent}-itemElement")));
    }
    if let (Some(parent), Some(lines)) = (name.strip_suffix("-itemElement"), table("transactionline")) {
        find(account, parent)?;
        return Ok(schema::element_schema(lines, &access));
    }
    let (table, rest) = find(account, name)?;
    Ok(schema::record_schema(table, rest, &access))
}

fn typed(kind: &'static str, body: &Value) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body.to_string())
        .into_response()
}
