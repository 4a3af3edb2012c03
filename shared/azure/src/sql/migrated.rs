//! A database that migrates itself when it is first asked.

use std::sync::Arc;

use async_trait::async_trait;
use forebay_ports::{Clock, PortError, SystemClock};
use forebay_sql::{Database, Dialect, Row, Scope, SqlRepository, SqlValue, Transaction, migrations};
use tokio::sync::OnceCell;

use super::{AzureSql, SqlOptions};
use crate::credential::credential;

/// Nothing is connected until the first request needs it, migrations included.
struct Migrated {
    database: AzureSql,
    current: OnceCell<()>,
}

/// Whether migrations were ever applied here.
const HAS_MIGRATIONS: &str =
    "SELECT CAST(CASE WHEN OBJECT_ID(N'[dbo].[migration]', N'U') IS NULL THEN 0 ELSE 1 END AS BIGINT);";

impl Migrated {
    /// Of callers at once, one migrates and the others wait; after an error the next caller tries again.
    async fn current(&self) -> Result<&AzureSql, PortError> {
        self.current.get_or_try_init(|| self.migrate()).await?;
        Ok(&self.database)
    }

    /// Mostly nothing is due, and then this only reads: no lock that other instances would wait for.
    async fn migrate(&self) -> Result<(), PortError> {
        if self.is_current().await? {
            return Ok(());
        }
        let count = migrations::migrate(&self.database, SystemClock.now()).await?;
        tracing::info!(count, "migrated the database");
        Ok(())
    }

    async fn is_current(&self) -> Result<bool, PortError> {
        let there = self.database.query(Scope::Structure, HAS_MIGRATIONS, &[]).await?;
        if there.first().map(|row| row.reader().int()).transpose()? != Some(1) {
            return Ok(false);
        }
        let rows = self.database.query(Scope::Structure, migrations::APPLIED, &[]).await?;
        let applied = migrations::read_applied(&rows)?;
        Ok(migrations::due(migrations::all(Dialect::TSql), &applied)?.is_empty())
    }
}

#[async_trait]
impl Database for Migrated {
    fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    async fn query(&self, scope: Scope<'_>, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        self.current().await?.query(scope, sql, params).await
    }

    async fn begin(&self, scope: Scope<'_>) -> Result<Box<dyn Transaction>, PortError> {
        self.current().await?.begin(scope).await
    }
}

/// The repository in the database of an ADO.NET connection string (see [`AzureSql::new`]), signed in as
/// [`credential`] where the string asks for a token. Connects, and migrates under a lock that all instances
/// share, when it is first asked; only a wrong connection string is an error now.
pub fn open_repository(connection_string: &str) -> Result<SqlRepository, PortError> {
    let database = AzureSql::new(connection_string, credential, SqlOptions::default())?;
    Ok(repository(database))
}

/// The same over a database that is configured in another way.
pub fn repository(database: AzureSql) -> SqlRepository {
    SqlRepository::new(Arc::new(Migrated { database, current: OnceCell::new() }))
}
