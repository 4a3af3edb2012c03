//! The SQLite schema.

use forebay_simulation::dataset::quoted;
use rusqlite::Connection;

use crate::catalog::objects;

fn tables() -> impl Iterator<Item = &'static str> {
    objects().iter().map(|o| o.name).chain(["owners"])
}

/// Creates every table.
///
/// `stale` holds what search still finds instead of the true record: a version counts `until` that moment of
/// this machine's clock, one that is not `shown` stands for a record that search does not know yet, and `since` is
/// the portal's moment of the oldest change that search does not know.
pub fn create_tables(db: &Connection) -> rusqlite::Result<()> {
    for table in tables() {
        db.execute_batch(&format!(
            "CREATE TABLE {} (id INTEGER PRIMARY KEY, created INTEGER NOT NULL, modified INTEGER NOT NULL,
                              archived INTEGER, properties TEXT NOT NULL)",
            quoted(table)
        ))?;
    }
    db.execute_batch(
        "CREATE TABLE links (number INTEGER PRIMARY KEY, pair TEXT NOT NULL, from_id INTEGER NOT NULL,
                             to_id INTEGER NOT NULL, type_id INTEGER NOT NULL);
         CREATE TABLE merged (object TEXT NOT NULL, loser INTEGER NOT NULL, winner INTEGER NOT NULL,
                              PRIMARY KEY (object, loser)) WITHOUT ROWID;
         CREATE TABLE stale (object TEXT NOT NULL, id INTEGER NOT NULL, until INTEGER NOT NULL, shown INTEGER NOT NULL,
                             since INTEGER NOT NULL, created INTEGER, modified INTEGER, properties TEXT,
                             PRIMARY KEY (object, id, until)) WITHOUT ROWID;",
    )
}

/// Creates the indexes, best done once the records are in.
pub fn create_indexes(db: &Connection) -> rusqlite::Result<()> {
    for table in tables() {
        let (name, modified, archived) =
            (quoted(table), quoted(&format!("{table}_modified")), quoted(&format!("{table}_archived")));
        db.execute_batch(&format!(
            "CREATE INDEX {modified} ON {name} (modified, id, archived);
             CREATE INDEX {archived} ON {name} (id) WHERE archived IS NOT NULL"
        ))?;
    }
    db.execute_batch(
        "CREATE UNIQUE INDEX links_forward ON links (pair, from_id, to_id, type_id);
         CREATE INDEX links_backward ON links (pair, to_id, from_id);
         CREATE INDEX links_pair ON links (pair, number);
         ANALYZE",
    )
}
