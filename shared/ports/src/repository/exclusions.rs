//! Times that are neither judged nor learned from.

use async_trait::async_trait;
use forebay_model::exclusion::Exclusion;
use forebay_model::{Instant, TenantId};

use crate::error::PortError;

/// Guarantees: an exclusion is seen by every read that begins after it was put, and by none that begins after it was
/// removed.
#[async_trait]
pub trait ExclusionStore: Send + Sync {
    /// Writes it; one with the same id is replaced.
    async fn put_exclusion(&self, tenant: &TenantId, exclusion: &Exclusion) -> Result<(), PortError>;

    /// Those that end after `from`, in order of beginning and id; `Instant::MIN` gives all.
    async fn exclusions(&self, tenant: &TenantId, from: Instant) -> Result<Vec<Exclusion>, PortError>;

    /// Gives what was removed. `NotFound` where there is none.
    async fn remove_exclusion(&self, tenant: &TenantId, id: &str) -> Result<Exclusion, PortError>;
}
