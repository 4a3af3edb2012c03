//! Configured sources.

use async_trait::async_trait;
use forebay_model::{SourceConfig, SourceId, TenantId};

use crate::error::PortError;

#[async_trait]
pub trait SourceStore: Send + Sync {
    /// Writes it; the same again changes nothing.
    async fn put_source(&self, source: &SourceConfig) -> Result<(), PortError>;

    /// In order of id.
    async fn sources(&self, tenant: &TenantId) -> Result<Vec<SourceConfig>, PortError>;

    async fn source(&self, tenant: &TenantId, id: &SourceId) -> Result<Option<SourceConfig>, PortError>;

    /// Can it be reached and asked? For readiness.
    async fn ping(&self) -> Result<(), PortError>;
}
