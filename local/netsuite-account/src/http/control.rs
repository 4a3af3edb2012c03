//! The control plane: what tests order and what they compare with. No login; it is no part of the vendor's API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::faults::FaultOrder;
use crate::account::Account;
use crate::calendar::{iso_date, iso_utc};
use crate::catalog::{self, Column, Kind, TABLES, Table};
use crate::changes::{ChangeOrder, WidenError, apply, widen};
use crate::suiteql::{Access, ColumnName};

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
pub async fn changes(State(account): State<Arc<Account>>, Json(order): Json<ChangeOrder>) -> Answer {
    let changed = blocking(move || apply(&account.store, account.mix, order, account.now())).await?;
    serde_json::to_value(changed).map(Json).map_err(failed)
}

/// `GET /_control/counts`: rows by table.
pub async fn counts(State(account): State<Arc<Account>>) -> Answer {
    let counts = blocking(move || {
        account.store.read(|db| {
            let mut counts = BTreeMap::new();
            for table in TABLES {
                let sql = format!("SELECT COUNT(*) FROM \"{}\"", table.name);
                counts.insert(table.name, db.query_row(&sql, [], |row| row.get::<_, i64>(0))?);
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

/// `GET /_control/rows?table=&after=&limit=`: true rows with their types; instants in UTC, NULL as null.
pub async fn rows(State(account): State<Arc<Account>>, Query(query): Query<RowsQuery>) -> Answer {
    let table = catalog::table(&query.table).ok_or_else(|| wrong("no such table"))?;
    let (after, limit) = (query.after.unwrap_or(i64::MIN), query.limit.unwrap_or(1_000).clamp(1, 100_000));
    let access = account.access();
    blocking(move || account.store.read(|db| true_rows(db, &access, table, after, limit))).await.map(Json)
}

fn true_rows(
    db: &Connection,
    access: &Access,
    table: &Table,
    after: i64,
    limit: u32,
) -> anyhow::Result<Value> {
    let sql = format!("SELECT rowid, * FROM \"{}\" WHERE rowid > ?1 ORDER BY rowid LIMIT ?2", table.name);
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query((after, limit))?;
    let mut items = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        last = Some(row.get::<_, i64>(0)?);
        let mut item = Map::new();
        for (index, column) in table.columns.iter().filter(|c| c.stored()).enumerate() {
            item.insert(
                column.name.to_owned(),
                true_value(column, access.kind(table, column), row.get_ref(index + 1)?),
            );
        }
        items.push(Value::Object(item));
    }
    let more = items.len() == usize::try_from(limit)?;
    Ok(json!({ "items": items, "next": if more { last } else { None } }))
}

fn true_value(column: &Column, kind: Kind, held: ValueRef<'_>) -> Value {
    match (kind, held) {
        (Kind::Text, ValueRef::Integer(n)) if column.kind != Kind::Text => n.to_string().into(),
        (Kind::Text, ValueRef::Real(n)) if column.kind != Kind::Text => n.to_string().into(),
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
        (Kind::Date, ValueRef::Integer(wall)) => iso_date(wall).into(),
        (Kind::DateTime, ValueRef::Integer(utc)) => iso_utc(utc).into(),
        (_, ValueRef::Integer(n)) => n.into(),
        (_, ValueRef::Real(n)) => n.into(),
        (Kind::Flag, ValueRef::Text(text)) => (text == b"T").into(),
        (_, ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

/// `GET /_control/requests`: calls by endpoint and the most that were in flight at once.
pub async fn requests(State(account): State<Arc<Account>>) -> Json<Value> {
    Json(json!({ "endpoints": account.counters.snapshot(), "highest_in_flight": account.gate.highest() }))
}

/// `DELETE /_control/requests`: counts anew.
pub async fn reset_requests(State(account): State<Arc<Account>>) -> StatusCode {
    account.counters.reset();
    StatusCode::NO_CONTENT
}

/// `GET /_control/faults`: what is still to be spent.
pub async fn faults(State(account): State<Arc<Account>>) -> Json<Value> {
    let access = account.access();
    let rejected: Vec<String> = access.rejected.iter().map(|c| format!("{}.{}", c.table, c.column)).collect();
    let widened: BTreeMap<String, String> = access
        .widened
        .iter()
        .map(|(c, kind)| (format!("{}.{}", c.table, c.column), format!("{kind:?}").to_lowercase()))
        .collect();
    Json(json!({
        "pending": account.faults.pending(),
        "denied": access.denied,
        "silenced": access.silenced,
        "rejected": rejected,
        "widened": widened,
    }))
}

/// `DELETE /_control/faults`: nothing is ordered any more. Permissions stay as they are.
pub async fn reset_faults(State(account): State<Arc<Account>>) -> StatusCode {
    account.faults.reset();
    StatusCode::NO_CONTENT
}

async fn widen_now(account: &Arc<Account>, name: ColumnName) -> Result<(), (StatusCode, String)> {
    let (shared, column) = (account.clone(), name.clone());
    let made = tokio::task::spawn_blocking(move || widen(&shared.store, shared.mix, &column, shared.now()));
    let (kind, _) = made.await.map_err(failed)?.map_err(|error| match error {
        WidenError::Failed(error) => failed(error),
        other => wrong(other),
    })?;
    account.change_access(|access| {
        access.widened.insert(name, kind);
    });
    Ok(())
}

/// `POST /_control/faults`: see [`FaultOrder`].
pub async fn order_faults(State(account): State<Arc<Account>>, Json(order): Json<FaultOrder>) -> Answer {
    let known = |name: &Option<String>| -> Result<Option<String>, (StatusCode, String)> {
        let Some(name) = name else { return Ok(None) };
        let table = catalog::table(name).ok_or_else(|| wrong(format!("no table {name:?}")))?;
        Ok(Some(table.name.to_owned()))
    };
    let column = |name: &Option<String>| -> Result<Option<ColumnName>, (StatusCode, String)> {
        name.as_deref().map(str::parse).transpose().map_err(wrong)
    };
    let (deny, silence, allow) =
        (known(&order.deny_table)?, known(&order.silence_table)?, known(&order.allow_table)?);
    let (reject, restore) = (column(&order.reject_column)?, column(&order.allow_column)?);
    let later = [&order.deny_after, &order.silence_after];
    for after in later.into_iter().flatten() {
        known(&Some(after.table.clone()))?;
    }
    if let Some(name) = column(&order.widen_column)? {
        widen_now(&account, name).await?;
    }
    account.change_access(|access| {
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
    account.faults.order(&order);
    if order.expire_tokens == Some(true) {
        account.tokens.expire_all();
    }
    Ok(faults(State(account)).await)
}
