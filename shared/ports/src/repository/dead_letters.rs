//! Records that could not be loaded. They are written by `RecordStore::apply_page`.

use async_trait::async_trait;
use forebay_model::{DeadLetter, DeadLetterId, DeadLetterState, RunId, SourceId, StreamName, TenantId};

use super::Slice;
use crate::error::PortError;

/// All of those given must match.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterFilter {
    pub source: Option<SourceId>,
    pub stream: Option<StreamName>,
    pub run: Option<RunId>,
    pub state: Option<DeadLetterState>,
}

#[async_trait]
pub trait DeadLetterStore: Send + Sync {
    /// In order of id; `Slice::after` is a dead letter's id.
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        slice: Slice,
    ) -> Result<Vec<DeadLetter>, PortError>;

    async fn dead_letter(
        &self,
        tenant: &TenantId,
        id: &DeadLetterId,
    ) -> Result<Option<DeadLetter>, PortError>;
}
