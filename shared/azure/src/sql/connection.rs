//! One connection, which knows for whom it works.

use std::time::Duration;

use forebay_ports::PortError;
use forebay_sql::{Row, Scope, SqlValue};
use tiberius::{Client, ColumnData, IsolationLevel, Query};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};

use super::config::Target;
use super::{SERVICE, errors, values};
use crate::error::transient;

/// What a statement may see of others' work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Isolation {
    /// For reading: sees what is committed, waits for nobody in Azure SQL, where row versioning is on.
    ReadCommitted,
    /// For writing: as if transactions ran one after the other, which is what SQLite gives too.
    Serializable,
}

/// Longest wait for the TCP connection.
const CONNECT: Duration = Duration::from_secs(15);

/// Gateways answer with the address of the node that has the database; that node answers itself.
const MOST_REDIRECTS: usize = 2;

pub(super) struct Connection {
    client: Client<Compat<TcpStream>>,
    /// The tenant in the session's context; `None` before it is first set.
    tenant: Option<String>,
    /// `None` where unknown.
    isolation: Option<Isolation>,
    /// True while a request is on its way, and for ever after one did not end well: an answer may be left
    /// in the pipe, and the next reader would take it for its own.
    busy: bool,
}

impl Connection {
    pub(super) async fn open(target: &Target) -> Result<Self, PortError> {
        let mut config = target.login().await?;
        for _ in 0..=MOST_REDIRECTS {
            let stream = connect(&config.get_addr()).await?;
            match Box::pin(Client::connect(config.clone(), stream.compat_write())).await {
                Ok(client) => return Self::start(client).await,
                Err(tiberius::error::Error::Routing { host, port }) => {
                    config.host(&host);
                    config.port(port);
                }
                Err(e) => return Err(errors::classify(&e)),
            }
        }
        Err(transient(SERVICE, "the server redirects without end"))
    }

    async fn start(client: Client<Compat<TcpStream>>) -> Result<Self, PortError> {
        let mut connection = Self { client, tenant: None, isolation: None, busy: false };
        // An error inside a transaction ends the transaction, whatever the error. An overflow is an error, and never
        // a null that looks like a sum of nothing.
        connection.batch("SET XACT_ABORT ON; SET ANSI_WARNINGS ON; SET ARITHABORT ON;").await?;
        Ok(connection)
    }

    /// Whether it must not be used again.
    pub(super) fn is_broken(&self) -> bool {
        self.busy
    }

    /// Puts the tenant into the session's context, where row-level security reads it.
    pub(super) async fn serve(&mut self, scope: Scope<'_>) -> Result<(), PortError> {
        let tenant = match scope {
            Scope::Tenant(tenant) => tenant.as_str(),
            Scope::Structure => "",
        };
        if self.tenant.as_deref() == Some(tenant) {
            return Ok(());
        }
        let tenant = tenant.to_owned();
        self.tenant = None;
        self.execute(forebay_sql::dialect::tsql::SET_TENANT, &[SqlValue::Text(tenant.clone())]).await?;
        self.tenant = Some(tenant);
        Ok(())
    }

    /// A transaction leaves its isolation level behind on the session; this takes it back.
    pub(super) async fn read_committed(&mut self) -> Result<(), PortError> {
        if self.isolation == Some(Isolation::ReadCommitted) {
            return Ok(());
        }
        self.batch("SET TRANSACTION ISOLATION LEVEL READ COMMITTED;").await?;
        self.isolation = Some(Isolation::ReadCommitted);
        Ok(())
    }

    pub(super) async fn begin(&mut self) -> Result<(), PortError> {
        self.isolation = Some(Isolation::Serializable);
        self.busy = true;
        let begun = self.client.begin_transaction_with_isolation(IsolationLevel::Serializable).await;
        self.settle(begun)
    }

    pub(super) async fn commit(&mut self) -> Result<(), PortError> {
        self.busy = true;
        let committed = self.client.commit_transaction().await;
        self.settle(committed)
    }

    /// The rows of the last result of the text, which may be several statements.
    pub(super) async fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        let query = bound(sql, params);
        self.busy = true;
        let answered = async { query.query(&mut self.client).await?.into_results().await }.await;
        let mut results = self.settle(answered)?;
        let rows = results.pop().unwrap_or_default();
        rows.into_iter().map(values::row).collect()
    }

    /// The number of rows changed by all statements of the text.
    pub(super) async fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, PortError> {
        let query = bound(sql, params);
        self.busy = true;
        let executed = query.execute(&mut self.client).await;
        Ok(self.settle(executed)?.total())
    }

    /// A batch on its own: what it sets stays set for the session.
    async fn batch(&mut self, sql: &str) -> Result<(), PortError> {
        self.busy = true;
        let done = async { self.client.simple_query(sql).await?.into_results().await }.await;
        self.settle(done).map(|_| ())
    }

    /// Only a request that ended well leaves the connection usable.
    fn settle<T>(&mut self, outcome: tiberius::Result<T>) -> Result<T, PortError> {
        match outcome {
            Ok(value) => {
                self.busy = false;
                Ok(value)
            }
            Err(e) => Err(errors::classify(&e)),
        }
    }
}

async fn connect(address: &str) -> Result<TcpStream, PortError> {
    let connected = timeout(CONNECT, TcpStream::connect(address)).await;
    let stream = connected
        .map_err(|_elapsed| transient(SERVICE, format!("{address} did not answer within {CONNECT:?}")))?
        .map_err(|e| transient(SERVICE, format!("{address}: {e}")))?;
    stream.set_nodelay(true).map_err(|e| transient(SERVICE, format!("{address}: {e}")))?;
    Ok(stream)
}

fn bound<'a>(sql: &'a str, params: &'a [SqlValue]) -> Query<'a> {
    let mut query = Query::new(sql);
    for param in params {
        query.bind(Bound(values::parameter(param)));
    }
    query
}

/// A value that is already in the wire's form.
struct Bound<'a>(ColumnData<'a>);

impl<'a> tiberius::IntoSql<'a> for Bound<'a> {
    fn into_sql(self) -> ColumnData<'a> {
        self.0
    }
}
