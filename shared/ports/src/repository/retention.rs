//! What is removed when it has grown old. Points and profiles are thinned instead, see `SeriesStore` and
//! `ProfileStore`.

use async_trait::async_trait;
use forebay_model::{Instant, SourceId, TenantId};

use crate::error::PortError;

/// What grows with every run and is not merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aged {
    /// What rules came to; the newest outcome of each rule stays.
    Outcomes,
    /// Unusual points; one that is marked as a false alarm stays as long as its point, which the detector learns from.
    Anomalies,
    /// Deliveries that were made or given up.
    Deliveries,
    /// Which parts of runs were measured.
    Measures,
    /// Resolved alerts, with their findings, of which no delivery is left. Of before is one that was resolved
    /// before, whenever its cause was seen.
    Alerts,
}

impl Aged {
    /// Deliveries before their alerts.
    pub const ALL: [Aged; 5] =
        [Self::Outcomes, Self::Anomalies, Self::Deliveries, Self::Measures, Self::Alerts];
}

/// Guarantees: what an alert that is not resolved refers to stays: the outcomes of its run, the anomalies that it
/// names, and its deliveries. (Not those of every run that it took in: an alert may be open for years.) Nothing of
/// another source or tenant is touched. Each call removes as much as it says in one transaction, so it can be
/// repeated at any time.
#[async_trait]
pub trait RetentionStore: Send + Sync {
    /// Removes at most `limit` that are of before then, and gives how many: fewer than the limit when there are no
    /// more.
    async fn prune(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        aged: Aged,
        before: Instant,
        limit: u32,
    ) -> Result<u64, PortError>;
}
