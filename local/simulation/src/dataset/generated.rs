//! What a file of rows was generated from, so that a restart knows whether it can be used again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::Connection;

/// What a file of rows depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meta {
    /// Raised whenever an account's generated rows change, so that files of older builds are made anew.
    pub format: u32,
    pub scale: f64,
    pub seed: u64,
}

impl Meta {
    fn fingerprint(&self) -> String {
        format!("format={} scale={} seed={}", self.format, self.scale, self.seed)
    }

    /// Whether the file was completed from the same settings.
    fn matches(&self, db: &Connection) -> bool {
        let saved = db.query_row("SELECT value FROM forebay_meta WHERE name = 'generated'", [], |row| {
            row.get::<_, String>(0)
        });
        matches!(saved, Ok(value) if value == self.fingerprint())
    }
}

/// Makes sure `path` holds rows generated from `meta`; returns whether they had to be made. `fill` is given an empty
/// file that has nothing but the table `forebay_meta (name, value)`, in a transaction.
///
/// # Errors
/// Those of `fill`, and when the file cannot be replaced.
pub fn ensure(path: &Path, meta: Meta, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<bool> {
    if path.exists() && Connection::open(path).is_ok_and(|db| meta.matches(&db)) {
        return Ok(false);
    }
    let partial = path.with_extension("partial");
    for stale in [path.to_owned(), partial.clone(), side(path, "-wal"), side(path, "-shm")] {
        if stale.exists() {
            std::fs::remove_file(&stale).with_context(|| format!("cannot replace {}", stale.display()))?;
        }
    }
    write(&partial, meta, fill).with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot put {} in place", path.display()))?;
    Ok(true)
}

fn side(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn write(path: &Path, meta: Meta, fill: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let db = Connection::open(path)?;
    // The file counts only once it is complete and renamed, so nothing has to survive a crash until then.
    db.pragma_update(None, "journal_mode", "OFF")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -32_768)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.execute_batch("BEGIN; CREATE TABLE forebay_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")?;
    fill(&db)?;
    db.execute("INSERT INTO forebay_meta VALUES ('generated', ?1)", [meta.fingerprint()])?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_made_once_and_anew_from_other_settings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.db");
        let meta = Meta { format: 1, scale: 0.1, seed: 1 };
        let make = |meta: Meta| ensure(&path, meta, |db| Ok(db.execute_batch("CREATE TABLE rows (id)")?));
        assert!(make(meta).unwrap());
        assert!(!make(meta).unwrap());
        for other in [Meta { format: 2, ..meta }, Meta { scale: 0.2, ..meta }, Meta { seed: 2, ..meta }] {
            assert!(make(other).unwrap(), "{other:?}");
        }
        // What breaks off half-way does not count.
        assert!(ensure(&path, meta, |_| anyhow::bail!("broken off")).is_err());
        assert!(make(meta).unwrap());
    }
}
