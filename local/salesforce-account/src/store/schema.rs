//! The SQLite schema, made from the catalog.

use forebay_simulation::dataset::quoted;
use rusqlite::Connection;

use crate::catalog::{Kind, OBJECTS, Object};

/// The table of rows as they were before changes that queries do not see `_until` a moment of the org's clock; `_since`
/// is when the oldest of these changes was made.
pub fn before_table(object: &Object) -> String {
    quoted(&format!("{}~before", object.name))
}

/// Creates every table of the catalog and the log of deletions.
pub fn create_tables(db: &Connection) -> rusqlite::Result<()> {
    for object in OBJECTS {
        let columns = columns(object);
        db.execute_batch(&format!(
            "CREATE TABLE {} (_seq INTEGER PRIMARY KEY{columns});
             CREATE TABLE {} (_seq INTEGER PRIMARY KEY{columns}, _until INTEGER NOT NULL, _absent INTEGER NOT NULL,
                              _since INTEGER NOT NULL)",
            quoted(object.name),
            before_table(object),
        ))?;
    }
    db.execute_batch(
        "CREATE TABLE forebay_deletions (object TEXT, id TEXT, seq INTEGER, at INTEGER, purged INTEGER, until INTEGER);",
    )
}

/// Creates the indexes, best done once the rows are in.
pub fn create_indexes(db: &Connection) -> rusqlite::Result<()> {
    for object in OBJECTS {
        let table = quoted(object.name);
        db.execute_batch(&format!(
            "CREATE UNIQUE INDEX {} ON {table} (\"Id\")",
            quoted(&format!("{}_id", object.name))
        ))?;
        if object.has("SystemModstamp") {
            let name = quoted(&format!("{}_stamp", object.name));
            db.execute_batch(&format!("CREATE INDEX {name} ON {table} (\"SystemModstamp\", \"Id\")"))?;
        }
    }
    db.execute_batch("ANALYZE")
}

fn columns(object: &Object) -> String {
    object
        .stored()
        .map(|f| {
            let held = match f.kind {
                Kind::Boolean | Kind::Integer | Kind::DateTime => "INTEGER",
                Kind::Double | Kind::Currency | Kind::Percent => "REAL",
                _ => "TEXT",
            };
            format!(", {} {held}", quoted(f.name))
        })
        .collect()
}
