//! Records as REST shows them, and single ones by id.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};
use serde_json::{Map, Value, json};

use super::problem::{Problem, blocking};
use crate::catalog::{Field, Kind, Object};
use crate::ids;
use crate::instant;
use crate::org::Org;
use crate::soql::{Scope, rows};
use crate::store::quoted;

/// A record, from a row whose first column is the id and whose others are the fields.
///
/// # Errors
/// When a value cannot be read.
pub fn record(version: &str, object: &Object, fields: &[&Field], row: &Row<'_>) -> rusqlite::Result<Value> {
    let id: String = row.get(0)?;
    let url = format!("/services/data/{version}/sobjects/{}/{id}", object.name);
    let mut out = Map::new();
    for (index, field) in fields.iter().enumerate() {
        let shown = match field.kind {
            Kind::Base64 => format!("{url}/{}", field.name).into(),
            _ => value(field, row.get_ref(index + 1)?, instant::rest),
        };
        out.insert(field.name.to_owned(), shown);
    }
    out.insert("attributes".to_owned(), json!({ "type": object.name, "url": url }));
    Ok(Value::Object(out))
}

/// A value with its JSON type; `at` writes instants.
pub fn value(field: &Field, held: ValueRef<'_>, at: fn(i64) -> String) -> Value {
    match (field.kind, held) {
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
        (Kind::Boolean, ValueRef::Integer(n)) => (n != 0).into(),
        (Kind::DateTime, ValueRef::Integer(ms)) => at(ms).into(),
        (_, ValueRef::Integer(n)) => n.into(),
        (_, ValueRef::Real(n)) => n.into(),
        (Kind::Address(_), ValueRef::Text(text)) => serde_json::from_slice(text).unwrap_or(Value::Null),
        (_, ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

fn sequence(db: &Connection, object: &Object, id: &str) -> Result<Option<i64>, Problem> {
    let Some(id) = ids::normal(id) else { return Ok(None) };
    let sql = format!("SELECT _seq FROM {} WHERE \"Id\" = ?1", quoted(object.name));
    db.query_row(&sql, [id], |row| row.get(0)).optional().map_err(Problem::internal)
}

/// `GET /sobjects/{name}/{id}`: all fields that may be seen.
pub async fn get(
    State(org): State<Arc<Org>>,
    Path((version, name, id)): Path<(String, String, String)>,
) -> Result<Json<Value>, Problem> {
    let access = org.access();
    let object = access.object(&name).ok_or_else(Problem::not_found)?;
    let found = blocking(move || {
        let fields: Vec<&'static Field> = access.fields(object).collect();
        let scope = Scope { all: false, now: org.now() };
        let mut found = None;
        org.store.read(|db| {
            if let Some(sequence) = sequence(db, object, &id)? {
                rows(db, object, &fields, &[sequence], scope, |row| {
                    found = Some(record(&version, object, &fields, row)?);
                    Ok(())
                })?;
            }
            Ok::<_, Problem>(())
        })?;
        Ok(found)
    })
    .await?;
    found.map(Json).ok_or_else(|| {
        Problem::new(
            Problem::not_found().status,
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible",
        )
    })
}

/// `GET /sobjects/{name}/{id}/{field}`: the bytes of a base64 field.
pub async fn body(
    State(org): State<Arc<Org>>,
    Path((_, name, id, field)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    let access = org.access();
    let object = access.object(&name).ok_or_else(Problem::not_found)?;
    access.field(object, &field).filter(|f| f.kind == Kind::Base64).ok_or_else(Problem::not_found)?;
    let length = blocking(move || {
        org.store.read(|db| {
            let Some(sequence) = sequence(db, object, &id)? else { return Ok(None) };
            let sql = format!(
                "SELECT \"BodyLength\" FROM {} WHERE _seq = ?1 AND \"IsDeleted\" = 0",
                quoted(object.name)
            );
            db.query_row(&sql, [sequence], |row| row.get::<_, u32>(0)).optional().map_err(Problem::internal)
        })
    })
    .await?;
    let length = length.ok_or_else(Problem::not_found)?;
    Ok(b"Made for tests. ".iter().copied().cycle().take(length as usize).collect::<Vec<u8>>().into_response())
}
