//! What a database has to offer, for the repository to be written once.
//!
//! An adapter implements [`Database`] and [`Transaction`]. For T-SQL the provided methods do everything
//! through `query` and `execute`; SQLite overrides `write` with prepared statements in a loop.

use async_trait::async_trait;
use forebay_model::TenantId;
use forebay_ports::PortError;

use crate::dialect::{Dialect, SqlType, tsql};
use crate::value::{Row, SqlValue};

/// On whose behalf a statement runs. Azure SQL puts it into `SESSION_CONTEXT(N'tenant')`, which row-level
/// security reads: with [`Scope::Structure`] no tenant's row can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    Tenant(&'a TenantId),
    /// Tables and migrations, which belong to no tenant.
    Structure,
}

/// A column as a statement writes or creates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    pub name: String,
    pub sql_type: SqlType,
}

impl ColumnSpec {
    pub fn new(name: impl Into<String>, sql_type: SqlType) -> Self {
        Self { name: name.into(), sql_type }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// Rows whose keys are not there.
    Insert,
    /// Rows whose keys are there; a row that is not there is passed over.
    Update,
    /// Updates what is there and inserts the rest.
    Upsert,
}

/// Rows to write with one statement per dialect. Each row holds the keys' values, then the columns'.
#[derive(Debug, Clone)]
pub struct RowWrite<'a> {
    pub kind: WriteKind,
    pub table: &'a str,
    pub keys: &'a [ColumnSpec],
    pub columns: &'a [ColumnSpec],
    pub rows: Vec<Vec<SqlValue>>,
}

/// A database with connections of its own.
///
/// Guarantees asked of it: a statement's text uses its dialect's parameters (`?1` in SQLite, `@P1` in
/// T-SQL; a parameter may occur several times), values are bound and never spliced into the text; errors are told apart as
/// [`PortError`] says: a deadlock victim or lock time-out is `Throttled` or `Transient`, a broken unique key
/// `Conflict`, no room `Full`.
#[async_trait]
pub trait Database: Send + Sync {
    fn dialect(&self) -> Dialect;

    /// One reading statement, outside of any transaction.
    async fn query(&self, scope: Scope<'_>, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError>;

    /// Starts a writing transaction.
    async fn begin(&self, scope: Scope<'_>) -> Result<Box<dyn Transaction>, PortError>;
}

/// A writing transaction. Dropping it without `commit`, or a kill, rolls it back.
#[async_trait]
pub trait Transaction: Send {
    async fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError>;

    /// Runs statements that return nothing. Gives the number of rows changed.
    async fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, PortError>;

    /// Writes many rows. Provided for T-SQL: one round trip, the rows travel as one JSON parameter.
    async fn write(&mut self, write: RowWrite<'_>) -> Result<(), PortError> {
        if write.rows.is_empty() {
            return Ok(());
        }
        let sql = tsql::write_statement(write.kind, write.table, write.keys, write.columns);
        self.execute(&sql, &[SqlValue::Text(tsql::rows_json(&write.rows))]).await?;
        Ok(())
    }

    /// Waits for the named lock and holds it until the transaction ends. Provided for T-SQL
    /// (`sp_getapplock`); a database whose writers already follow each other has nothing to do here.
    async fn lock(&mut self, name: &str) -> Result<(), PortError> {
        let rows = self.query(tsql::LOCK, &[SqlValue::Text(tsql::lock_resource(name))]).await?;
        let granted = rows.first().map(|row| row.reader().int()).transpose()?;
        if granted.is_some_and(|code| code >= 0) {
            return Ok(());
        }
        Err(PortError::Throttled {
            service: "database",
            detail: format!("the lock `{name}` was not free in time (code {granted:?})"),
            retry_after: None,
        })
    }

    async fn commit(self: Box<Self>) -> Result<(), PortError>;
}
