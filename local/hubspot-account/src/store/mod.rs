//! The portal's records, in one SQLite file.
//!
//! A record's values are kept as the vendor's texts in one JSON object; only its id and its three moments are
//! columns, since paging and searches by modification run on them. Moments are milliseconds UTC.

mod functions;
mod meta;
mod records;
mod schema;
mod stale;

pub use meta::{Meta, next_above};
pub use records::{Record, columns, find, put, winner_of};
pub use schema::{create_indexes, create_tables, quoted};
pub use stale::{Outdated, keep_stale, stale_since};

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
    pub fn open(path: &Path) -> Result<Self> {
        let writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .with_context(|| format!("cannot open the portal's records in {}", path.display()))?;
        prepare(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), idle: Mutex::new(Vec::new()) })
    }

    /// Runs `work` on a reader that nobody else uses meanwhile, all of it over one state of the records.
    /// Blocking: call it off the async threads.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let spare = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match spare {
            Some(reader) => reader,
            None => reader(&self.path)?,
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

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 28)?;
    functions::register(connection)
}
