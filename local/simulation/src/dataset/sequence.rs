//! Numbers that are never given again.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Counts up a named sequence by `step` and returns its new value, which is above `floor` and all values before it.
///
/// # Errors
/// When the file cannot be changed.
pub fn next_above(db: &Connection, name: &str, floor: i64, step: i64) -> Result<i64> {
    let last: Option<String> = db
        .query_row("SELECT value FROM forebay_meta WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    let next = last.and_then(|v| v.parse::<i64>().ok()).unwrap_or(0).max(floor) + step;
    db.execute("INSERT OR REPLACE INTO forebay_meta VALUES (?1, ?2)", params![name, next.to_string()])?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_above_the_floor_and_all_before_it() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE forebay_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)").unwrap();
        let next = |name: &str, floor: i64, step: i64| next_above(&db, name, floor, step).unwrap();
        assert_eq!([next("a", 0, 1), next("a", 0, 1), next("a", 10, 7), next("a", 3, 1)], [1, 2, 17, 18]);
        assert_eq!(next("b", 0, 1), 1);
    }
}
