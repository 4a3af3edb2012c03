//! A writing transaction on a connection of its own.

use async_trait::async_trait;
use forebay_ports::PortError;
use forebay_sql::{Row, SqlValue, Transaction};

use super::pool::Lease;

pub(super) struct AzureTransaction {
    lease: Lease,
    open: bool,
}

impl AzureTransaction {
    /// `lease` has begun a transaction.
    pub(super) fn new(lease: Lease) -> Self {
        Self { lease, open: true }
    }
}

#[async_trait]
impl Transaction for AzureTransaction {
    async fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, PortError> {
        self.lease.connection()?.query(sql, params).await
    }

    async fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, PortError> {
        self.lease.connection()?.execute(sql, params).await
    }

    /// Where the answer to the commit is lost, it is not known whether it took place; the caller repeats
    /// the whole transaction, which changes nothing if it did.
    async fn commit(mut self: Box<Self>) -> Result<(), PortError> {
        self.lease.connection()?.commit().await?;
        self.open = false;
        Ok(())
    }
}

/// The server rolls back what a closed connection leaves open.
impl Drop for AzureTransaction {
    fn drop(&mut self) {
        if self.open {
            self.lease.give_up();
        }
    }
}
