//! Types that widen: a whole number becomes a decimal, and then a text, as when an administrator replaces a
//! custom field by one of another type under the same script id.

use std::collections::BTreeMap;

use anyhow::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Change, Changed, add};
use crate::catalog::{self, Column, Kind, Table};
use crate::generate::{Mix, value_type};
use crate::store::{Store, next_above, quoted};
use crate::suiteql::ColumnName;

/// Rows that get a value of the new type at once.
const ROWS: i64 = 5;
const PREFIX: &str = "widened ";

/// Why a column cannot be widened.
#[derive(Debug, thiserror::Error)]
pub enum WidenError {
    /// The order names something else.
    #[error("{0} is no custom field with numbers")]
    NotANumber(String),
    /// The order comes too late.
    #[error("{0} holds texts already, and nothing is wider")]
    WidestAlready(String),
    /// The account's rows cannot be changed.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

/// Columns whose type is another than the catalog's, which holds across restarts.
pub fn widened(db: &Connection) -> anyhow::Result<BTreeMap<ColumnName, Kind>> {
    let mut statement = db.prepare("SELECT name, value FROM forebay_meta WHERE name LIKE 'widened %'")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut all = BTreeMap::new();
    for row in rows {
        let (name, kind) = row?;
        let column = name.trim_start_matches(PREFIX).parse().map_err(anyhow::Error::msg)?;
        all.insert(column, if kind == "text" { Kind::Text } else { Kind::Decimal });
    }
    Ok(all)
}

fn current(db: &Connection, table: &str, column: &Column) -> anyhow::Result<Kind> {
    let name = format!("{PREFIX}{table}.{}", column.name);
    let sql = "SELECT value FROM forebay_meta WHERE name = ?1";
    let saved: Option<String> = db.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(match saved.as_deref() {
        Some("text") => Kind::Text,
        Some(_) => Kind::Decimal,
        None => column.kind,
    })
}

fn find(name: &ColumnName) -> Option<(&'static Table, &'static Column)> {
    let table = catalog::table(&name.table)?;
    let column = table.column(&name.column)?;
    let number = matches!(column.kind, Kind::Integer | Kind::Decimal);
    (column.custom && number && column.reference.is_none() && table.row_id == Some("id"))
        .then_some((table, column))
}

/// Widens a column by one step; some rows get values that do not fit the former type, and change by that.
pub fn widen(store: &Store, mix: Mix, name: &ColumnName, now: i64) -> Result<(Kind, Changed), WidenError> {
    let shown = format!("{}.{}", name.table, name.column);
    let (table, column) = find(name).ok_or_else(|| WidenError::NotANumber(shown.clone()))?;
    let before = store.read(|db| current(db, table.name, column))?;
    let after = match before {
        Kind::Integer => Kind::Decimal,
        Kind::Decimal => Kind::Text,
        _ => return Err(WidenError::WidestAlready(shown)),
    };
    let changed = store.write(|db| {
        let saved = if after == Kind::Text { "text" } else { "decimal" };
        db.execute(
            "INSERT OR REPLACE INTO forebay_meta VALUES (?1, ?2)",
            params![format!("{PREFIX}{shown}"), saved],
        )?;
        let mut changed = Changed { at: now, ..Changed::default() };
        let rows = db.execute(
            "UPDATE customfield SET fieldvaluetype = ?1, lastmodifieddate = ?2 WHERE scriptid = ?3",
            params![value_type(after), now, column.name.to_uppercase()],
        )?;
        add(&mut changed.updated, "customfield", rows);
        for _ in 0..ROWS {
            let number = next_above(db, "changes", 0, 1)?;
            give(&Change { db, mix, number, now }, table, column, &mut changed)?;
        }
        Ok(changed)
    })?;
    Ok((after, changed))
}

fn give(
    change: &Change<'_>,
    table: &'static Table,
    column: &Column,
    changed: &mut Changed,
) -> anyhow::Result<()> {
    let Some(id) = change.pick(table.name)? else { return Ok(()) };
    let modified = ["lastmodifieddate", "lastmodified"].into_iter().find(|name| table.column(name).is_some());
    let modified = modified.with_context(|| format!("{} does not say when it changed", table.name))?;
    let value = value(change, table.name, column.name, 300 + change.choose("widen.number", 551))?;
    let sql = format!(
        "UPDATE {} SET {} = ?1, {modified} = ?2 WHERE id = ?3",
        quoted(table.name),
        quoted(column.name)
    );
    add(&mut changed.updated, table.name, change.db.execute(&sql, params![value, change.now, id])?);
    Ok(())
}

/// A number as the column's present type holds it: once that is wider, as no narrower one does.
pub fn value(change: &Change<'_>, table: &str, column: &str, number: i64) -> anyhow::Result<Value> {
    let known = catalog::table(table).and_then(|t| t.column(column));
    let known = known.with_context(|| format!("no column {table}.{column}"))?;
    Ok(match (known.kind, current(change.db, table, known)?) {
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        (Kind::Integer, Kind::Decimal) => Value::Real(number as f64 + 0.25),
        (_, Kind::Text) => Value::Text(format!("about {number}")),
        _ => Value::Integer(number),
    })
}
