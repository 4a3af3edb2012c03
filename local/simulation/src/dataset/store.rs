//! One writer, and as many readers as requests run at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, Transaction};

/// Readers that are kept open between requests.
const IDLE_READERS: usize = 16;

/// An account's rows.
pub struct Store {
    path: PathBuf,
    prepare: fn(&Connection) -> rusqlite::Result<()>,
    writer: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
    generation: AtomicU64,
}

impl Store {
    /// Opens the file at `path`, which must have been generated. `prepare` gives each connection the account's
    /// settings and functions.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path, prepare: fn(&Connection) -> rusqlite::Result<()>) -> Result<Self> {
        let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, prepare)
            .with_context(|| format!("cannot open the account's rows in {}", path.display()))?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self {
            path: path.to_owned(),
            prepare,
            writer: Mutex::new(writer),
            idle: Mutex::new(Vec::new()),
            generation: AtomicU64::new(0),
        })
    }

    /// Runs `work` on a reader that nobody else uses meanwhile, all of it over one state of the rows. Blocking: call
    /// it off the async threads.
    ///
    /// # Errors
    /// Those of `work`, and SQLite's when no reader can be opened.
    pub fn read<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let spare = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match spare {
            Some(reader) => reader,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, self.prepare)?,
        };
        let snapshot = reader.transaction()?;
        let result = work(&snapshot);
        drop(snapshot);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        result
    }

    /// Runs `work` in one write transaction, which is kept only when it succeeds.
    ///
    /// # Errors
    /// Those of `work`, and SQLite's.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        self.generation.fetch_add(1, Ordering::SeqCst);
        Ok(result)
    }

    /// Grows with every write, so that what was counted before it is counted again.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }
}

fn connect(
    path: &Path,
    flags: OpenFlags,
    prepare: fn(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    prepare(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Meta, ensure};

    fn count(db: &Connection) -> rusqlite::Result<i64> {
        db.query_row("SELECT COUNT(*) FROM rows", [], |row| row.get(0))
    }

    #[test]
    fn a_reader_sees_one_state_and_a_failed_write_leaves_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.db");
        let meta = Meta { format: 1, scale: 1.0, seed: 1 };
        ensure(&path, meta, |db| Ok(db.execute_batch("CREATE TABLE rows (id)")?)).unwrap();
        let store = Store::open(&path, |_| Ok(())).unwrap();
        let add = || store.write(|db| Ok(db.execute("INSERT INTO rows VALUES (1)", [])?));
        let seen = store.read(|db| {
            let before = count(db)?;
            add().unwrap();
            Ok::<_, rusqlite::Error>((before, count(db)?))
        });
        assert_eq!((seen.unwrap(), store.read(count).unwrap(), store.generation()), ((0, 0), 1, 1));
        let failed: Result<()> = store.write(|db| {
            db.execute("INSERT INTO rows VALUES (2)", [])?;
            anyhow::bail!("no")
        });
        assert!(failed.is_err());
        assert_eq!((store.read(count).unwrap(), store.generation()), (1, 1));
    }
}
