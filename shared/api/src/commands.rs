//! What a caller can set in motion.

use async_trait::async_trait;
use forebay_model::{DeadLetterId, Run, SourceId, TenantId};
use forebay_pipeline::{ChannelTest, CheckReport, TestFailure};
use forebay_ports::{PortError, SourceError};

/// Work that the edge starts and others do. Implementations check the tenant themselves: an id of another
/// tenant is `NotFound`.
#[async_trait]
pub trait Commands: Send + Sync {
    /// Starts an extraction in the background, or joins the one under way; returns its run as soon as
    /// that is written.
    async fn extract(&self, tenant: &TenantId, source: &SourceId) -> Result<Run, CommandError>;

    /// Looks whether the source can be read, without reading it.
    async fn check(&self, tenant: &TenantId, source: &SourceId) -> Result<CheckReport, CommandError>;

    /// Loads dead letters again; one result per letter, in the order asked.
    async fn replay(
        &self,
        tenant: &TenantId,
        letters: &[DeadLetterId],
    ) -> Result<Vec<ReplayResult>, CommandError>;

    /// Sends a test message to a channel, for whom it is `by`, and waits for what the receiver says.
    async fn test_channel(
        &self,
        tenant: &TenantId,
        channel: &str,
        by: &str,
    ) -> Result<ChannelTest, CommandError>;
}

/// Why a command was not carried out, named by what the caller does next.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No such thing for this tenant; `what` names it.
    #[error("{what} was not found")]
    NotFound { what: String },
    /// Something else must end or change first.
    #[error("{detail}")]
    Conflict { detail: String },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Port(#[from] PortError),
    #[error(transparent)]
    Test(#[from] TestFailure),
}

/// What became of one dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayResult {
    pub id: DeadLetterId,
    pub outcome: ReplayOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayOutcome {
    /// Loaded now.
    Replayed,
    /// Loaded by an earlier replay; nothing was changed.
    AlreadyReplayed,
    /// Still not acceptable; it stays open.
    Rejected { code: String, reason: String },
    /// The tenant has no such dead letter.
    NotFound,
}
