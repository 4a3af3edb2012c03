//! The control plane: what tests compare with.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result as Outcome};
use axum::Json;
use axum::extract::{Query, State};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::{Answer, failed, wrong};
use crate::account::Account;
use crate::catalog::{self, Direction, Kind, ObjectType, PAIRS, Property, objects};
use crate::moment;
use crate::store::{Record, columns, quoted};

/// `GET /_control/counts`: living rows by object type, and associations by pair.
pub async fn counts(State(account): State<Arc<Account>>) -> Answer {
    let counted = tokio::task::spawn_blocking(move || {
        account.store.read(|db| {
            let mut counts = BTreeMap::new();
            for table in objects().iter().map(|o| o.name).chain(["owners"]) {
                let sql = format!("SELECT COUNT(*) FROM {} WHERE archived IS NULL", quoted(table));
                counts.insert(table, db.query_row(&sql, [], |row| row.get::<_, i64>(0))?);
            }
            for pair in PAIRS {
                let sql = "SELECT COUNT(*) FROM links WHERE pair = ?1";
                counts.insert(pair.name, db.query_row(sql, [pair.name], |row| row.get(0))?);
            }
            Outcome::Ok(counts)
        })
    });
    Ok(Json(json!(counted.await.map_err(failed)?.map_err(failed)?)))
}

/// Which rows are wanted.
#[derive(Deserialize)]
pub struct RowsQuery {
    table: String,
    /// The `next` of the answer before.
    after: Option<i64>,
    limit: Option<u32>,
    /// Archived rows instead of living ones.
    #[serde(default)]
    archived: bool,
}

enum Table {
    Object(&'static ObjectType),
    Owners,
    Pair(Direction),
}

fn table_of(name: &str) -> Option<Table> {
    if name == "owners" {
        return Some(Table::Owners);
    }
    if let Some(object) = catalog::object(name) {
        return Some(Table::Object(object));
    }
    let pair = |pair: &'static catalog::Pair| {
        let reversed = name == format!("{}_to_{}", pair.to, pair.from);
        (reversed || name == pair.name).then_some(Table::Pair(Direction { pair, reversed }))
    };
    PAIRS.iter().find_map(pair)
}

/// `GET /_control/rows?table=&after=&limit=`: true rows with their types; instants in UTC, no value as null.
pub async fn rows(State(account): State<Arc<Account>>, Query(query): Query<RowsQuery>) -> Answer {
    let table = table_of(&query.table).ok_or_else(|| wrong("no such table"))?;
    let (after, limit) = (query.after.unwrap_or(i64::MIN), query.limit.unwrap_or(1_000).clamp(1, 100_000));
    let read = tokio::task::spawn_blocking(move || {
        account.store.read(|db| match table {
            Table::Object(object) => {
                records(db, object.name, query.archived, after, limit, |r| true_record(object, r))
            }
            Table::Owners => records(db, "owners", query.archived, after, limit, true_owner),
            Table::Pair(direction) => links(db, direction, after, limit),
        })
    });
    Ok(Json(read.await.map_err(failed)?.map_err(failed)?))
}

fn records(
    db: &Connection,
    table: &str,
    archived: bool,
    after: i64,
    limit: u32,
    shown: impl Fn(&Record) -> Value,
) -> Outcome<Value> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id > ?1 AND (archived IS NOT NULL) = ?2 ORDER BY id LIMIT ?3",
        columns(),
        quoted(table)
    );
    let mut statement = db.prepare(&sql)?;
    let found = statement.query_map(params![after, archived, limit], Record::read)?;
    let records = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = records.len() == usize::try_from(limit)?;
    let next = records.last().filter(|_| more).map(|last| last.id);
    Ok(json!({ "items": records.iter().map(shown).collect::<Vec<_>>(), "next": next }))
}

fn true_record(object: &ObjectType, record: &Record) -> Value {
    let mut out = head(record);
    for property in &object.properties {
        out.insert(property.name.clone(), true_value(object, property, record));
    }
    Value::Object(out)
}

/// What rows of every kind have, under names that properties do not use.
fn head(record: &Record) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("id".to_owned(), record.id.to_string().into());
    out.insert("createdat".to_owned(), moment::plain(record.created).into());
    out.insert("updatedat".to_owned(), moment::plain(record.modified).into());
    out.insert("archived".to_owned(), record.archived.is_some().into());
    if let Some(at) = record.archived {
        out.insert("archivedat".to_owned(), moment::plain(at).into());
    }
    out
}

fn true_value(object: &ObjectType, property: &Property, record: &Record) -> Value {
    let Some(text) = record.value(object, &property.name).filter(|text| !text.is_empty()) else {
        return Value::Null;
    };
    match property.kind {
        Kind::Number => number(&text),
        Kind::Flag => (text == "true").into(),
        Kind::DateTime => moment::parse(&text).map_or(Value::Null, |ms| moment::plain(ms).into()),
        Kind::Text | Kind::Date | Kind::Choice | Kind::Choices => text.into(),
    }
}

/// A whole number stays one; the rest is the nearest double.
fn number(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    text.parse::<f64>().map_or(Value::Null, Value::from)
}

fn true_owner(owner: &Record) -> Value {
    let mut out = head(owner);
    for name in ["email", "type", "firstName", "lastName", "userId", "userIdIncludingInactive", "teams"] {
        let value = owner.properties.get(name).filter(|v| v.as_str() != Some("")).cloned();
        out.insert(name.to_lowercase(), value.unwrap_or(Value::Null));
    }
    Value::Object(out)
}

fn links(db: &Connection, direction: Direction, after: i64, limit: u32) -> Outcome<Value> {
    let sql = "SELECT number, from_id, to_id, type_id FROM links WHERE pair = ?1 AND number > ?2
               ORDER BY number LIMIT ?3";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query(params![direction.pair.name, after, limit])?;
    let (mut items, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        last = Some(row.get::<_, i64>(0)?);
        let (from, to, forward): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let kind = direction.kind(forward).context("an association of no known kind")?;
        let (from, to) = if direction.reversed { (to, from) } else { (from, to) };
        items.push(json!({
            "from_id": from.to_string(),
            "to_id": to.to_string(),
            "type_id": direction.type_id(kind),
            "label": kind.label,
        }));
    }
    let more = items.len() == usize::try_from(limit)?;
    Ok(json!({ "items": items, "next": if more { last } else { None } }))
}
