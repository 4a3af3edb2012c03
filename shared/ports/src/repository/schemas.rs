//! Stream schemas, versioned.

use async_trait::async_trait;
use forebay_model::{SourceId, StreamName, StreamSchema, TenantId};

use crate::error::PortError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedSchema {
    /// From 1, without gaps, per tenant, source and stream.
    pub version: u32,
    pub schema: StreamSchema,
}

/// Guarantees: versions never change once given; saving a schema equal to the newest gives the newest's
/// version back; two writers at once never share a version for different schemas.
#[async_trait]
pub trait SchemaStore: Send + Sync {
    async fn save_schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
    ) -> Result<VersionedSchema, PortError>;

    async fn schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        version: u32,
    ) -> Result<Option<VersionedSchema>, PortError>;

    /// The newest schema of every stream of the source, in order of stream.
    async fn schemas(&self, tenant: &TenantId, source: &SourceId) -> Result<Vec<VersionedSchema>, PortError>;
}
