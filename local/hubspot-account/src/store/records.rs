//! Records as they are kept.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::quoted;
use crate::catalog::ObjectType;
use crate::moment;

/// The columns that [`Record::read`] takes, in its order.
pub fn columns() -> &'static str {
    "id, created, modified, archived, properties"
}

/// A record, or an owner.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: i64,
    pub created: i64,
    pub modified: i64,
    pub archived: Option<i64>,
    /// Values by property, as texts. What has none is left out; `""` was cleared.
    pub properties: Map<String, Value>,
}

impl Record {
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text: String = row.get(4)?;
        let properties = serde_json::from_str(&text).map_err(|e| {
            rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(e))
        })?;
        Ok(Self {
            id: row.get(0)?,
            created: row.get(1)?,
            modified: row.get(2)?,
            archived: row.get(3)?,
            properties,
        })
    }

    /// The value of a property as the vendor sends it.
    pub fn value(&self, object: &ObjectType, property: &str) -> Option<String> {
        if property == object.modified {
            return Some(moment::vendor(self.modified));
        }
        if property == object.created {
            return Some(moment::vendor(self.created));
        }
        if property == "hs_object_id" {
            return Some(self.id.to_string());
        }
        self.properties.get(property).and_then(Value::as_str).map(str::to_owned)
    }

    pub fn set(&mut self, property: &str, value: impl Into<String>) {
        self.properties.insert(property.to_owned(), Value::String(value.into()));
    }
}

/// The record of that id, archived or not.
pub fn find(db: &Connection, table: &str, id: i64) -> Result<Option<Record>> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?1", columns(), quoted(table));
    Ok(db.prepare_cached(&sql)?.query_row([id], Record::read).optional()?)
}

/// Writes a record, new or known.
pub fn put(db: &Connection, table: &str, record: &Record) -> Result<()> {
    let sql = format!("INSERT OR REPLACE INTO {} VALUES (?1, ?2, ?3, ?4, ?5)", quoted(table));
    let properties = serde_json::to_string(&record.properties)?;
    db.prepare_cached(&sql)?.execute(params![
        record.id,
        record.created,
        record.modified,
        record.archived,
        properties
    ])?;
    Ok(())
}

/// The record that an id reads as: of a merged one the winner, of others itself.
pub fn winner_of(db: &Connection, object: &ObjectType, id: i64) -> Result<i64> {
    let mut at = id;
    let mut statement = db.prepare_cached("SELECT winner FROM merged WHERE object = ?1 AND loser = ?2")?;
    // A winner may have lost to another since, but never to one that had lost before, so this ends.
    while let Some(winner) = statement.query_row(params![object.name, at], |row| row.get(0)).optional()? {
        at = winner;
    }
    Ok(at)
}
