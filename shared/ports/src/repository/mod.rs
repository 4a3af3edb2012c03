//! What Forebay remembers. One trait per subject; `Repository` is all of them. Every method is one
//! transaction: it happens whole or not at all, also when the process is killed in the middle.

mod dead_letters;
mod extraction;
mod lineage;
mod profiles;
mod records;
mod runs;
mod schemas;
mod sources;

pub use dead_letters::{DeadLetterFilter, DeadLetterStore};
pub use extraction::{
    AccountStore, Claim, ClaimStore, Discovered, DiscoveryStore, NoticeStore, Refused, SecretAuditStore,
    SecretFetch, Share, ShareRequest,
};
pub use lineage::LineageStore;
pub use profiles::{ProfileStore, Profiled, StoredProfile};
pub use records::{Applied, Delete, PageBatch, RecordPage, RecordStore, StoredRecord};
pub use runs::{FailedPage, LandedPage, PageFailure, PageState, RunStore, StoredPage, StreamEnd};
pub use schemas::{SchemaStore, VersionedSchema};
pub use sources::SourceStore;

/// Everything that is remembered.
pub trait Repository:
    SourceStore
    + SchemaStore
    + RunStore
    + RecordStore
    + ProfileStore
    + LineageStore
    + DeadLetterStore
    + ClaimStore
    + AccountStore
    + DiscoveryStore
    + NoticeStore
    + SecretAuditStore
{
}

impl<T> Repository for T where
    T: SourceStore
        + SchemaStore
        + RunStore
        + RecordStore
        + ProfileStore
        + LineageStore
        + DeadLetterStore
        + ClaimStore
        + AccountStore
        + DiscoveryStore
        + NoticeStore
        + SecretAuditStore
{
}

/// A slice of a long list: at most `limit` items after the item named `after`, in the list's order.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    pub after: Option<String>,
    pub limit: u32,
}
