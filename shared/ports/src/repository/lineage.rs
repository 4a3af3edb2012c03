//! Lineage facts.

use async_trait::async_trait;
use forebay_model::lineage::{DatasetName, LineageEdge};
use forebay_model::{Instant, RunId, TenantId};

use crate::error::PortError;

/// Guarantees: an edge is one fact however often it is recorded; each remembers the first and the last
/// run that stated it.
#[async_trait]
pub trait LineageStore: Send + Sync {
    async fn record_lineage(
        &self,
        tenant: &TenantId,
        run: &RunId,
        edges: &[LineageEdge],
        at: Instant,
    ) -> Result<(), PortError>;

    /// Edges that end at any of these datasets.
    async fn edges_into(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError>;

    /// Edges that start at any of these datasets.
    async fn edges_from(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError>;

    /// Edges stated by a run.
    async fn edges_of_run(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<LineageEdge>, PortError>;

    async fn count_edges(&self, tenant: &TenantId) -> Result<u64, PortError>;
}
