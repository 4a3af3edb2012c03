//! A writing transaction: one connection, from `BEGIN IMMEDIATE` to `COMMIT`.

use std::sync::Arc;

use async_trait::async_trait;
use forebay_ports::PortError;
use forebay_sql::dialect::sqlite::write_statement;
use forebay_sql::{Row, RowWrite, SqlValue, Transaction};
use rusqlite::Connection;
use tokio::sync::OwnedSemaphorePermit;

use super::connection::Connections;
use super::values;

pub(super) struct SqliteTransaction {
    connections: Arc<Connections>,
    /// Away while it works in a blocking thread. Where that work fails or nobody waits for it any more,
    /// the connection is closed there, and SQLite rolls back.
    connection: Option<Connection>,
    _turn: OwnedSemaphorePermit,
}

impl SqliteTransaction {
    pub(super) async fn begin(connections: &Arc<Connections>) -> Result<Self, PortError> {
        let turn = connections.turn().await?;
        let begin = |c: &mut Connection| values::execute(c, "BEGIN IMMEDIATE", &[]);
        let (connection, _) = connections.work(None, begin).await?;
        Ok(Self { connections: Arc::clone(connections), connection: Some(connection), _turn: turn })
    }

    async fn work<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let connection = self.connection.take().ok_or_else(|| PortError::Rejected {
            service: "SQLite",
            detail: "the transaction had failed before".into(),
        })?;
        let (connection, result) = self.connections.work(Some(connection), work).await?;
        self.connection = Some(connection);
        Ok(result)
    }
}

#[async_trait]
impl Transaction for SqliteTransaction {
    async fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        let (sql, params) = (sql.to_owned(), params.to_vec());
        self.work(move |connection| values::query(connection, &sql, &params)).await
    }

    async fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, PortError> {
        let (sql, params) = (sql.to_owned(), params.to_vec());
        self.work(move |connection| values::execute(connection, &sql, &params)).await
    }

    async fn write(&mut self, write: RowWrite<'_>) -> Result<(), PortError> {
        if write.rows.is_empty() {
            return Ok(());
        }
        let sql = write_statement(write.kind, write.table, write.keys, write.columns);
        let rows = write.rows;
        self.work(move |connection| values::execute_rows(connection, &sql, &rows)).await
    }

    /// `BEGIN IMMEDIATE` holds the one lock that writers have.
    async fn lock(&mut self, _: &str) -> Result<(), PortError> {
        Ok(())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), PortError> {
        self.work(|connection| values::execute(connection, "COMMIT", &[])).await?;
        if let Some(connection) = self.connection.take() {
            self.connections.give_back(connection);
        }
        Ok(())
    }
}

impl Drop for SqliteTransaction {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // Where the rollback fails, closing the connection does it.
        if values::execute(&mut connection, "ROLLBACK", &[]).is_ok() {
            self.connections.give_back(connection);
        }
    }
}
