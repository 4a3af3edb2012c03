//! What search still finds instead of the true records.

use anyhow::Result;
use rusqlite::{Connection, params};

use super::Record;

/// A version of a record that search goes on finding.
#[derive(Debug, Clone, Copy)]
pub struct Outdated<'n> {
    pub object: &'n str,
    pub id: i64,
    /// Until this millisecond of this machine's clock.
    pub until: i64,
    /// The portal's millisecond of the change that search does not know meanwhile.
    pub since: i64,
}

/// Keeps the living record as it was, or that there was none.
///
/// # Errors
/// When the store cannot be changed.
pub fn keep_stale(db: &Connection, outdated: &Outdated<'_>, living: Option<&Record>) -> Result<()> {
    let Outdated { object, id, until, since } = *outdated;
    let later = "FROM stale WHERE object = ?1 AND id = ?2 AND until >= ?3";
    let oldest: Option<i64> =
        db.query_row(&format!("SELECT MIN(since) {later}"), params![object, id, until], |row| row.get(0))?;
    // A lag that became shorter must not bring back what was older.
    db.execute(&format!("DELETE {later}"), params![object, id, until])?;
    let properties = living.map(|old| serde_json::to_string(&old.properties)).transpose()?;
    db.execute(
        "INSERT INTO stale VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            object,
            id,
            until,
            living.is_some(),
            oldest.map_or(since, |oldest| oldest.min(since)),
            living.map(|old| old.created),
            living.map(|old| old.modified),
            properties
        ],
    )?;
    Ok(())
}

/// The portal's millisecond of the oldest change that search does not know yet.
///
/// # Errors
/// When the store cannot be read.
pub fn stale_since(db: &Connection, machine: i64) -> Result<Option<i64>> {
    Ok(db.query_row("SELECT MIN(since) FROM stale WHERE until > ?1", [machine], |row| row.get(0))?)
}
