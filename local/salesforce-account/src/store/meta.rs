//! What a file of rows was generated from, so that a restart knows whether it can be used again.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

/// Raised whenever generated rows change, so that files of older builds are made anew.
const FORMAT: u32 = 4;

/// The settings a file of rows depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    pub scale: f64,
    pub seed: u64,
}

impl Meta {
    fn fingerprint(&self) -> String {
        format!("format={FORMAT} scale={} seed={}", self.scale, self.seed)
    }

    /// Marks the file as complete.
    pub fn save(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute("INSERT INTO forebay_meta VALUES ('generated', ?1)", [self.fingerprint()]).map(|_| ())
    }

    /// Whether the file was completed from the same settings.
    pub fn matches(&self, db: &Connection) -> bool {
        let saved = db.query_row("SELECT value FROM forebay_meta WHERE name = 'generated'", [], |row| {
            row.get::<_, String>(0)
        });
        matches!(saved, Ok(value) if value == self.fingerprint())
    }
}

/// Counts up a named sequence and returns its new value, which is above `floor` and all values before it.
pub fn next_above(db: &Connection, name: &str, floor: u64) -> Result<u64> {
    let last: Option<String> = db
        .query_row("SELECT value FROM forebay_meta WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    let next = last.and_then(|v| v.parse::<u64>().ok()).unwrap_or(0).max(floor) + 1;
    db.execute("INSERT OR REPLACE INTO forebay_meta VALUES (?1, ?2)", params![name, next.to_string()])?;
    Ok(next)
}
