//! What extraction shares between processes and runs: who reads a run, an account's budget, what
//! discovery found, what runs met, and which secrets were fetched.

use async_trait::async_trait;
use forebay_model::{Instant, RunId, RunNotice, SourceId, StreamName, TenantId};

use super::{Slice, VersionedSchema};
use crate::error::PortError;

/// Whether a run may be read by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    Mine,
    /// Another process reads it and said so until then.
    Taken {
        until: Instant,
    },
}

/// Guarantees: of two holders at once one gets the run; the holder's next claim prolongs it; a claim that
/// was not prolonged in time is anybody's, from `until` on. The run need not be known.
#[async_trait]
pub trait ClaimStore: Send + Sync {
    async fn claim_run(
        &self,
        tenant: &TenantId,
        run: &RunId,
        holder: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Claim, PortError>;

    /// Gives the run back, if it is still the holder's.
    async fn release_run(&self, tenant: &TenantId, run: &RunId, holder: &str) -> Result<(), PortError>;
}

/// A process's wish for a share of an account's concurrency.
#[derive(Debug, Clone)]
pub struct ShareRequest<'a> {
    pub tenant: &'a TenantId,
    /// Connector and account: `netsuite/1234567`.
    pub account: &'a str,
    pub holder: &'a str,
    pub wanted: u32,
    /// Requests that the holder has under way and cannot take back.
    pub in_flight: u32,
    /// The account's concurrency.
    pub limit: u32,
    pub now: Instant,
    /// Until when the share is held unless asked for again.
    pub until: Instant,
}

/// What an account grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// 0 while others hold everything; they give way when they ask again. Below what the holder has under
    /// way, nothing new may begin until it is no more than this; the rest counts as the holder's until it
    /// asks again.
    pub granted: u32,
    /// The account's pause, if it has not passed, and why.
    pub paused: Option<(Instant, String)>,
}

/// Guarantees: the unexpired grants of an account never sum to more than `limit`, also where a holder that
/// gives way still has more under way than it is granted: what is under way of its last grant counts for
/// it until it asks again. Asking again replaces the holder's grant. A holder gets the smaller of `wanted` and what is free, but where several hold,
/// none keeps more than its even share beyond its next asking while another lacks something: what
/// small wishes leave of `limit` is divided evenly among the others, the remainder going one each to the
/// first by name. A holder keeps 1 even where there are more holders than `limit`. A request with another
/// `limit` counts with that one from then on.
#[async_trait]
pub trait AccountStore: Send + Sync {
    async fn take_share(&self, request: ShareRequest<'_>) -> Result<Share, PortError>;

    async fn give_share_back(&self, tenant: &TenantId, account: &str, holder: &str) -> Result<(), PortError>;

    /// Pauses the account for every holder; a pause that ends earlier than the known one changes nothing.
    async fn pause_account(
        &self,
        tenant: &TenantId,
        account: &str,
        until: Instant,
        reason: &str,
    ) -> Result<(), PortError>;
}

/// What discovery last found of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    pub schema: VersionedSchema,
    pub at: Instant,
    /// A hash of the settings that it was found under; other settings need another discovery.
    pub settings: String,
    /// Columns that the source refused since: left out, and read from the beginning when they return.
    pub rejected: Vec<String>,
}

/// That the source refused a stream when discovery asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub at: Instant,
    /// A hash of the settings that it was asked under, as in [`Discovered`].
    pub settings: String,
    /// What the source answered, in words; holds no secret.
    pub detail: String,
}

/// Guarantees: gives back what was last saved, whole; `None` where nothing was, or where its schema was not.
/// What was found and what was refused do not touch each other: the later one is what is known.
#[async_trait]
pub trait DiscoveryStore: Send + Sync {
    async fn discovered(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Option<Discovered>, PortError>;

    /// `discovered.schema` has been saved by `SchemaStore::save_schema`.
    async fn save_discovered(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        discovered: &Discovered,
    ) -> Result<(), PortError>;

    async fn refused(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Option<Refused>, PortError>;

    async fn save_refused(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        refused: &Refused,
    ) -> Result<(), PortError>;
}

/// Guarantees: notices of the same run, stream and kind become one: counts add up, the later `detail` and
/// `last` stay.
#[async_trait]
pub trait NoticeStore: Send + Sync {
    async fn add_notices(
        &self,
        tenant: &TenantId,
        run: &RunId,
        notices: &[RunNotice],
    ) -> Result<(), PortError>;

    /// In order of stream (the whole source first) and kind.
    async fn notices(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<RunNotice>, PortError>;
}

/// That a secret was fetched, never what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFetch {
    pub tenant: TenantId,
    pub source: SourceId,
    /// The secret's name in the vault.
    pub secret: String,
    /// The vault's version; `None` where the fetch failed.
    pub version: Option<String>,
    pub at: Instant,
    /// Why the fetch failed, in words.
    pub failure: Option<String>,
}

/// Guarantees: a fetch recorded twice is there once; two that differ in anything are two.
#[async_trait]
pub trait SecretAuditStore: Send + Sync {
    async fn record_secret_fetch(&self, fetch: &SecretFetch) -> Result<(), PortError>;

    /// Newest first; `Slice::after` is the `at` of the last one in microseconds since 1970. Fetches of one
    /// instant stay together, and may be more than the limit where there is no other.
    async fn secret_fetches(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        slice: Slice,
    ) -> Result<Vec<SecretFetch>, PortError>;
}
