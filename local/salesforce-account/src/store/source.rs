//! What a query reads: the rows as far as they are committed.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{before_table, quoted};
use crate::catalog::Object;

/// The SQL that goes into FROM, under the alias `t`. A row whose change is not committed at `now` is read as it was
/// before, or not at all when it is new.
pub fn source(db: &Connection, object: &Object, now: i64) -> rusqlite::Result<String> {
    let (table, before) = (quoted(object.name), before_table(object));
    let pending = format!("SELECT 1 FROM {before} WHERE _until > ?1 LIMIT 1");
    if db.query_row(&pending, [now], |_| Ok(())).optional()?.is_none() {
        return Ok(format!("{table} t"));
    }
    let columns: String = object.stored().map(|f| format!(", {}", quoted(f.name))).collect();
    Ok(format!(
        "(SELECT _seq{columns} FROM {table} WHERE _seq NOT IN (SELECT _seq FROM {before} WHERE _until > {now})
          UNION ALL SELECT _seq{columns} FROM {before} WHERE _until > {now} AND _absent = 0) t"
    ))
}

/// Keeps a row as it is for queries until `until`; called before it changes, or before a new row is added.
pub fn keep_before(db: &Connection, object: &Object, seq: i64, now: i64, until: i64) -> rusqlite::Result<()> {
    let before = before_table(object);
    let still = db.execute(
        &format!("UPDATE {before} SET _until = MAX(_until, ?2) WHERE _seq = ?1 AND _until > ?3"),
        params![seq, until, now],
    )?;
    if still > 0 {
        return Ok(());
    }
    let columns: String = object.stored().map(|f| format!(", {}", quoted(f.name))).collect();
    let copied = db.execute(
        &format!(
            "INSERT OR REPLACE INTO {before} (_seq{columns}, _until, _absent, _since)
             SELECT _seq{columns}, ?2, 0, ?3 FROM {} WHERE _seq = ?1",
            quoted(object.name)
        ),
        params![seq, until, now],
    )?;
    if copied == 0 {
        let sql =
            format!("INSERT OR REPLACE INTO {before} (_seq, _until, _absent, _since) VALUES (?1, ?2, 1, ?3)");
        db.execute(&sql, params![seq, until, now])?;
    }
    Ok(())
}

/// When the oldest change was made that queries do not see yet.
pub fn pending_since(db: &Connection, object: &Object, now: i64) -> rusqlite::Result<Option<i64>> {
    let sql = format!("SELECT MIN(_since) FROM {} WHERE _until > ?1", before_table(object));
    db.query_row(&sql, [now], |row| row.get(0))
}
