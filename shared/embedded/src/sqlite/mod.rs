//! SQLite behind `forebay_sql::Database`.

mod connection;
mod error;
mod functions;
mod transaction;
mod values;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use forebay_ports::{Clock, PortError, SystemClock};
use forebay_sql::{Database, Dialect, Row, Scope, SqlRepository, SqlValue, Transaction, migrations};
use tempfile::TempDir;

use self::connection::Connections;
use self::transaction::SqliteTransaction;

/// One SQLite file with its connections.
#[derive(Debug)]
pub struct SqliteDatabase {
    connections: Arc<Connections>,
    /// The folder of a temporary database, removed with it.
    _folder: Option<TempDir>,
}

impl SqliteDatabase {
    /// Opens or creates the file, and its folder. Nothing is migrated.
    pub fn new(path: &Path) -> Self {
        Self { connections: Arc::new(Connections::new(path)), _folder: None }
    }

    /// In a folder of its own, which goes when the database is dropped.
    pub fn temporary() -> Result<Self, PortError> {
        let folder = tempfile::Builder::new()
            .prefix("forebay-")
            .tempdir()
            .map_err(|e| crate::folder::io_error("SQLite", "a temporary folder", &e))?;
        let path = folder.path().join("forebay.db");
        Ok(Self { connections: Arc::new(Connections::new(&path)), _folder: Some(folder) })
    }

    /// Applies the migrations that are due; most opens find none and write nothing.
    pub async fn migrate(&self) -> Result<(), PortError> {
        let is_current = self.connections.read(connection::is_migrated).await?;
        if is_current {
            return Ok(());
        }
        let count = migrations::migrate(self, SystemClock.now()).await?;
        tracing::info!(count, "migrated the database");
        Ok(())
    }
}

/// Opens the repository in a file, creating and migrating it where needed.
pub async fn open_repository(path: &Path) -> Result<SqlRepository, PortError> {
    migrated(SqliteDatabase::new(path)).await
}

/// A repository of its own that is gone when it is dropped: the double for tests.
pub async fn temporary_repository() -> Result<SqlRepository, PortError> {
    migrated(SqliteDatabase::temporary()?).await
}

async fn migrated(database: SqliteDatabase) -> Result<SqlRepository, PortError> {
    database.migrate().await?;
    Ok(SqlRepository::new(Arc::new(database)))
}

#[async_trait]
impl Database for SqliteDatabase {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn query(&self, _: Scope<'_>, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        let (sql, params) = (sql.to_owned(), params.to_vec());
        self.connections.read_while_awaited(move |connection| values::query(connection, &sql, &params)).await
    }

    async fn begin(&self, _: Scope<'_>) -> Result<Box<dyn Transaction>, PortError> {
        Ok(Box::new(SqliteTransaction::begin(&self.connections).await?))
    }
}
