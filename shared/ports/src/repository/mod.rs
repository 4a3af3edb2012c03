//! What Forebay remembers. One trait per subject; `Repository` is all of them. Every method is one
//! transaction: it happens whole or not at all, also when the process is killed in the middle.

mod alerts;
mod dead_letters;
mod exclusions;
mod extraction;
mod lineage;
mod profiles;
mod records;
mod retention;
mod rules;
mod runs;
mod schemas;
mod series;
mod sources;

pub use alerts::{
    AlertChange, AlertFilter, AlertFold, AlertStore, AnomalyFilter, AnomalyStore, Delivered, Delivery,
    DeliveryState, DeliveryStore, PastDelivery, StoredAlert, StoredDelivery, Waiting,
};
pub use dead_letters::{DeadLetterFilter, DeadLetterStore};
pub use exclusions::ExclusionStore;
pub use extraction::{
    AccountStore, Claim, ClaimStore, Discovered, DiscoveryStore, NoticeStore, Refused, SecretAuditStore,
    SecretFetch, Share, ShareRequest,
};
pub use lineage::LineageStore;
pub use profiles::{
    PeriodKey, PeriodQuery, ProfilePeriod, ProfileStore, Profiled, RollUp, StateKind, StoredState,
};
pub use records::{Applied, Delete, PageBatch, RecordPage, RecordStore, StoredRecord};
pub use retention::{Aged, RetentionStore};
pub use rules::{
    Edit, OutcomeStore, ReferenceListStore, RuleCap, RuleCaps, RuleFilter, RulePut, RuleStore, SetQueryStore,
    StoredList, StoredOutcome,
};
pub use runs::{FailedPage, LandedPage, PageFailure, PageState, RunStore, StoredPage, StreamEnd};
pub use schemas::{SchemaStore, VersionedSchema};
pub use series::{Mark, Measurable, MeasureStore, SeriesStore, StoredPoint};
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
    + RuleStore
    + ReferenceListStore
    + OutcomeStore
    + SetQueryStore
    + SeriesStore
    + MeasureStore
    + AnomalyStore
    + ExclusionStore
    + AlertStore
    + DeliveryStore
    + RetentionStore
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
        + RuleStore
        + ReferenceListStore
        + OutcomeStore
        + SetQueryStore
        + SeriesStore
        + MeasureStore
        + AnomalyStore
        + ExclusionStore
        + AlertStore
        + DeliveryStore
        + RetentionStore
{
}

/// A slice of a long list: at most `limit` items after the item named `after`, in the list's order.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    pub after: Option<String>,
    pub limit: u32,
}
