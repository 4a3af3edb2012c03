//! The control plane: what tests order and what they compare with. No login; it is no part of the vendor's API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::faults::FaultOrder;
use super::record::value;
use crate::catalog::{self, ColumnName, Field, Kind, OBJECTS, Object};
use crate::changes::{ChangeOrder, apply, shift_formula};
use crate::instant;
use crate::org::Org;
use crate::store::quoted;

type Answer = Result<Json<Value>, (StatusCode, String)>;

fn failed(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

fn wrong(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, error.to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, (StatusCode, String)> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?.map_err(failed)
}

/// `POST /_control/changes {"updates":n,"inserts":n,"deletes":n}`: made when it answers.
pub async fn changes(State(org): State<Arc<Org>>, Json(order): Json<ChangeOrder>) -> Answer {
    let changed = blocking(move || apply(&org, order)).await?;
    serde_json::to_value(changed).map(Json).map_err(failed)
}

fn live(object: &Object) -> &'static str {
    if object.has("IsDeleted") { "t.\"IsDeleted\" = 0" } else { "1" }
}

fn queryable() -> impl Iterator<Item = &'static Object> {
    OBJECTS.iter().copied().filter(|o| o.queryable)
}

/// `GET /_control/counts`: live rows by object, archived ones among them.
pub async fn counts(State(org): State<Arc<Org>>) -> Answer {
    let counts = blocking(move || {
        org.store.read(|db| {
            let mut counts = BTreeMap::new();
            for object in queryable() {
                let sql = format!("SELECT COUNT(*) FROM {} t WHERE {}", quoted(object.name), live(object));
                counts.insert(object.name, db.query_row(&sql, [], |row| row.get::<_, i64>(0))?);
            }
            anyhow::Ok(counts)
        })
    })
    .await?;
    Ok(Json(json!(counts)))
}

/// Which rows are wanted.
#[derive(Deserialize)]
pub struct RowsQuery {
    table: String,
    /// The `next` of the answer before.
    after: Option<i64>,
    limit: Option<u32>,
}

/// `GET /_control/rows?table=&after=&limit=`: true live rows with their types; instants in UTC, null as null.
pub async fn rows(State(org): State<Arc<Org>>, Query(query): Query<RowsQuery>) -> Answer {
    let object =
        catalog::object(&query.table).filter(|o| o.queryable).ok_or_else(|| wrong("no such table"))?;
    let (after, limit) = (query.after.unwrap_or(i64::MIN), query.limit.unwrap_or(1_000).clamp(1, 100_000));
    blocking(move || org.store.read(|db| true_rows(db, object, after, limit))).await.map(Json)
}

fn true_rows(db: &Connection, object: &'static Object, after: i64, limit: u32) -> anyhow::Result<Value> {
    let fields: Vec<&Field> = object.fields.iter().filter(|f| f.kind != Kind::Base64).collect();
    let columns: String = fields.iter().map(|f| format!(", {}", f.sql())).collect();
    let sql = format!(
        "SELECT t._seq{columns} FROM {} t WHERE t._seq > ?1 AND {} ORDER BY t._seq LIMIT ?2",
        quoted(object.name),
        live(object)
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query((after, limit))?;
    let mut items = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        last = Some(row.get::<_, i64>(0)?);
        let mut item = Map::new();
        for (index, field) in fields.iter().enumerate() {
            item.insert(field.name.to_owned(), value(field, row.get_ref(index + 1)?, instant::plain));
        }
        items.push(Value::Object(item));
    }
    let more = items.len() == usize::try_from(limit)?;
    Ok(json!({ "items": items, "next": if more { last } else { None } }))
}

/// `GET /_control/requests`: calls by endpoint and the most that were in flight at once.
pub async fn requests(State(org): State<Arc<Org>>) -> Json<Value> {
    Json(json!({
        "endpoints": org.counters.snapshot(),
        "highest_in_flight": org.gate.highest(),
        "api_usage": org.used_requests(),
    }))
}

/// `DELETE /_control/requests`: counts anew; the day's quota stays used.
pub async fn reset_requests(State(org): State<Arc<Org>>) -> StatusCode {
    org.counters.reset();
    org.gate.reset_highest();
    StatusCode::NO_CONTENT
}

/// `GET /_control/faults`: what is still to be spent, and what is not permitted.
pub async fn faults(State(org): State<Arc<Org>>) -> Json<Value> {
    Json(ordered(&org))
}

fn ordered(org: &Org) -> Value {
    let access = org.access();
    let rejected: Vec<String> = access.rejected.iter().map(ColumnName::to_string).collect();
    json!({
        "pending": org.faults.pending(),
        "late_commit_seconds": org.late_commit() / 1_000,
        "denied": access.denied,
        "silenced": access.silenced,
        "rejected": rejected,
    })
}

/// `DELETE /_control/faults`: nothing is ordered any more, late commits included. Permissions stay as they are.
pub async fn reset_faults(State(org): State<Arc<Org>>) -> StatusCode {
    org.faults.reset();
    org.set_late_commit(0);
    StatusCode::NO_CONTENT
}

/// `POST /_control/faults`: see [`FaultOrder`].
pub async fn order_faults(State(org): State<Arc<Org>>, Json(order): Json<FaultOrder>) -> Answer {
    let known = |name: &Option<String>| -> Result<Option<String>, (StatusCode, String)> {
        let Some(name) = name else { return Ok(None) };
        let object = catalog::object(name).ok_or_else(|| wrong(format!("no object {name:?}")))?;
        Ok(Some(object.name.to_owned()))
    };
    let column = |name: &Option<String>| -> Result<Option<ColumnName>, (StatusCode, String)> {
        name.as_deref().map(str::parse).transpose().map_err(wrong)
    };
    let (deny, silence, allow) =
        (known(&order.deny_table)?, known(&order.silence_table)?, known(&order.allow_table)?);
    let (reject, restore) = (column(&order.reject_column)?, column(&order.allow_column)?);
    org.change_access(|access| {
        access.denied.extend(deny);
        access.silenced.extend(silence);
        access.rejected.extend(reject);
        if let Some(name) = allow {
            access.denied.remove(&name);
            access.silenced.remove(&name);
        }
        if let Some(name) = restore {
            access.rejected.remove(&name);
        }
    });
    org.faults.order(&order);
    if order.expire_tokens == Some(true) {
        org.tokens.expire_all();
    }
    if order.expire_locators == Some(true) {
        org.locators.expire_all();
    }
    if let Some(seconds) = order.late_commit_seconds {
        org.set_late_commit(seconds);
    }
    if let Some(used) = order.api_usage {
        org.set_used_requests(used);
    }
    let mut answer = ordered(&org);
    if let Some(users) = order.formula_shift {
        let shifted = blocking(move || shift_formula(&org, users)).await?;
        answer["formula_shifted"] = json!(shifted);
    }
    Ok(Json(answer))
}
