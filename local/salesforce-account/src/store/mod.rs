//! The org's rows, in one SQLite file.
//!
//! Every object has a table, and a table of the same shape with the rows as they were before changes that queries
//! do not see yet. `_seq` counts an object's rows; its id is made from it.

mod meta;
mod schema;
mod source;

pub use meta::{Meta, next_above};
pub use schema::{before_table, create_indexes, create_tables, quoted};
pub use source::{keep_before, pending_since, source};

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};

/// Readers that are kept open between requests.
const IDLE_READERS: usize = 16;

/// One writer, and as many readers as requests run at once.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    idle: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the file at `path`, which must have been generated.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), idle: Mutex::new(Vec::new()) })
    }

    /// Runs `work` on a reader that nobody else uses meanwhile. Blocking: call it off the async threads.
    ///
    /// # Errors
    /// Those of `work`, and SQLite's when no reader can be opened.
    pub fn read<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let spare = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match spare {
            Some(reader) => reader,
            None => reader(&self.path)?,
        };
        let result = work(&reader);
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
    pub fn write<T>(&self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    prepare(&connection)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)
        .with_context(|| format!("cannot open the org's rows in {}", path.display()))?;
    prepare(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    connection.pragma_update(None, "cache_size", -8_192)
}
