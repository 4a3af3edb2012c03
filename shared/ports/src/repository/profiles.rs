//! Column profiles, merged per run.

use async_trait::async_trait;
use forebay_model::{PageId, RunId, SourceId, StreamName, TenantId};

use crate::error::PortError;

/// A column's mergeable state, opaque to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProfile {
    pub run: RunId,
    pub stream: StreamName,
    pub column: String,
    pub state: Vec<u8>,
}

/// What `save_profiles` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profiled {
    Saved,
    /// Another writer merged in between: read the states again and merge anew.
    Changed,
}

/// Guarantees: `save_profiles` replaces the run's states and marks the pages as profiled together, and
/// only if the stream run's profile revision is still `revision` and none of the pages was profiled
/// before; else it changes nothing. So every page counts once.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// The revision and the states of a run's stream; revision 0 and none before the first save.
    async fn run_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(u64, Vec<StoredProfile>), PortError>;

    /// Of these pages, those to be profiled now: landed and not yet profiled, or unknown. A page that
    /// was announced but whose cursor was never saved does not count in its run, so it must not count
    /// in its profile.
    async fn unprofiled(&self, tenant: &TenantId, pages: &[PageId]) -> Result<Vec<PageId>, PortError>;

    async fn save_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
        states: &[StoredProfile],
        pages: &[PageId],
    ) -> Result<Profiled, PortError>;

    /// The states of a stream over its runs, newest run first, at most `limit` runs.
    async fn profile_history(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        column: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredProfile>, PortError>;
}
