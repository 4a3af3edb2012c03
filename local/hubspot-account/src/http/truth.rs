//! What tests compare with, for the control plane.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use forebay_simulation::{Refused, Rows, RowsQuery};
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use crate::catalog::{self, Direction, Kind, ObjectType, PAIRS, Property, objects};
use crate::moment;
use crate::store::{Record, Store, columns, quoted};

/// Living rows by object type, and associations by pair.
pub fn counts(db: &Connection) -> Result<BTreeMap<&'static str, i64>> {
    let mut counts = BTreeMap::new();
    for table in objects().iter().map(|o| o.name).chain(["owners"]) {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE archived IS NULL", quoted(table));
        counts.insert(table, db.query_row(&sql, [], |row| row.get(0))?);
    }
    for pair in PAIRS {
        let sql = "SELECT COUNT(*) FROM links WHERE pair = ?1";
        counts.insert(pair.name, db.query_row(sql, [pair.name], |row| row.get(0))?);
    }
    Ok(counts)
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

/// True rows with their types; instants in UTC, no value as null. Of a pair there are no archived rows.
pub fn rows(store: &Store, query: &RowsQuery) -> Result<Rows, Refused> {
    let table = table_of(&query.table).ok_or_else(|| Refused::wrong("no such table"))?;
    let rows = store.read(|db| match table {
        Table::Object(object) => records(db, object.name, query, |r| true_record(object, r)),
        Table::Owners => records(db, "owners", query, true_owner),
        Table::Pair(direction) => links(db, direction, query),
    })?;
    Ok(rows)
}

fn records(
    db: &Connection,
    table: &str,
    query: &RowsQuery,
    shown: impl Fn(&Record) -> Value,
) -> Result<Rows> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id > ?1 AND (archived IS NOT NULL) = ?2 ORDER BY id LIMIT ?3",
        columns(),
        quoted(table)
    );
    let mut statement = db.prepare(&sql)?;
    let mut page = Rows::default();
    for record in statement.query_map(params![query.after, query.archived, query.limit], Record::read)? {
        let record = record?;
        page.push(record.id, shown(&record));
    }
    Ok(page)
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

fn links(db: &Connection, direction: Direction, query: &RowsQuery) -> Result<Rows> {
    let sql = "SELECT number, from_id, to_id, type_id FROM links WHERE pair = ?1 AND number > ?2
               ORDER BY number LIMIT ?3";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query(params![direction.pair.name, query.after, query.limit])?;
    let mut page = Rows::default();
    while let Some(row) = rows.next()? {
        let (from, to, forward): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let kind = direction.kind(forward).context("an association of no known kind")?;
        let (from, to) = if direction.reversed { (to, from) } else { (from, to) };
        let link = json!({
            "from_id": from.to_string(),
            "to_id": to.to_string(),
            "type_id": direction.type_id(kind),
            "label": kind.label,
        });
        page.push(row.get(0)?, link);
    }
    Ok(page)
}
