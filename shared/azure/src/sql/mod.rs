//! Azure SQL through tiberius, pooled: what the repository is written against.

mod config;
mod connection;
mod errors;
mod migrated;
mod pool;
mod transaction;
mod values;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use forebay_ports::PortError;
use forebay_sql::{Database, Dialect, Row, Scope, SqlValue, Transaction};

use crate::crypto::install_crypto_provider;
pub use migrated::{open_repository, repository};

use config::Target;
use connection::Isolation;
use pool::{Lease, SqlPool};
use transaction::AzureTransaction;

pub(crate) const SERVICE: &str = "Azure SQL";

/// How many connections, and how long to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlOptions {
    /// Most connections of this process.
    pub connections: u32,
    /// Longest wait for a database that is starting, moving or out of connections. A paused serverless
    /// database takes about a minute to resume and answers error 40613 until then.
    pub patience: Duration,
    /// Longest wait for the answer to one statement.
    pub statement: Duration,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self { connections: 8, patience: Duration::from_secs(90), statement: Duration::from_secs(60) }
    }
}

/// A database in Azure SQL, or in any SQL Server from 2019. Connects when first asked.
pub struct AzureSql {
    pool: SqlPool,
    options: SqlOptions,
}

impl AzureSql {
    /// `connection_string` is an ADO.NET connection string. With `User ID` and `Password` it signs in with
    /// those; with `Authentication=Active Directory Default`, or without a password, with a token of
    /// `credential`, fetched anew for each connection.
    ///
    /// `Misconfigured` where the string cannot be read, or would send data unencrypted or to an unproven
    /// server that is not this machine.
    pub fn new(
        connection_string: &str,
        credential: impl FnOnce() -> Result<Arc<dyn TokenCredential>, PortError>,
        options: SqlOptions,
    ) -> Result<Self, PortError> {
        install_crypto_provider();
        let target = Target::parse(connection_string, credential, options.statement)?;
        Ok(Self { pool: SqlPool::new(target, options.connections, options.patience), options })
    }

    /// A connection that works for `scope`, at the isolation level asked for. What is transient on the way
    /// there is tried again until the patience ends: nothing has been asked yet, so nothing is repeated.
    async fn lease(&self, scope: Scope<'_>, isolation: Isolation) -> Result<Lease, PortError> {
        let deadline = Instant::now() + self.options.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.prepare(scope, isolation).await {
                Ok(lease) => return Ok(lease),
                Err(error) => error,
            };
            if !error.is_retryable() || Instant::now() + pause >= deadline {
                return Err(error);
            }
            tracing::warn!(error = %error, pause_ms = pause.as_millis(), "the database is not ready yet");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn prepare(&self, scope: Scope<'_>, isolation: Isolation) -> Result<Lease, PortError> {
        let mut lease = self.pool.lease().await?;
        let connection = lease.connection()?;
        connection.serve(scope).await?;
        match isolation {
            Isolation::ReadCommitted => connection.read_committed().await?,
            Isolation::Serializable => connection.begin().await?,
        }
        Ok(lease)
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Tries of a reading statement whose connection was lost: Azure's gateway cuts idle connections, and a
/// failover cuts all.
const READ_ATTEMPTS: u32 = 3;

#[async_trait]
impl Database for AzureSql {
    fn dialect(&self) -> Dialect {
        Dialect::TSql
    }

    async fn query(&self, scope: Scope<'_>, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut lease = self.lease(scope, Isolation::ReadCommitted).await?;
            match lease.connection()?.query(sql, params).await {
                Err(PortError::Transient { detail, .. }) if tries < READ_ATTEMPTS => {
                    tracing::warn!(tries, detail, "a reading statement is tried again");
                }
                done => return done,
            }
        }
    }

    async fn begin(&self, scope: Scope<'_>) -> Result<Box<dyn Transaction>, PortError> {
        let lease = self.lease(scope, Isolation::Serializable).await?;
        Ok(Box::new(AzureTransaction::new(lease)))
    }
}
