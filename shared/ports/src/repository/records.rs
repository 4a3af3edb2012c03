//! Typed tables and their history.

use async_trait::async_trait;
pub use forebay_model::Delete;
use forebay_model::{
    Instant, PageDescriptor, PageOutcome, RecordKey, RecordVersion, RejectedRecord, SourceId, StreamSchema,
    TenantId, TypedRecord, Value,
};

use super::Slice;
use crate::error::PortError;

/// A page's typed content, to be applied in one transaction.
#[derive(Debug, Clone)]
pub struct PageBatch<'a> {
    pub page: &'a PageDescriptor,
    pub schema: &'a StreamSchema,
    pub records: Vec<TypedRecord>,
    pub rejected: Vec<RejectedRecord>,
    pub deletes: Vec<Delete>,
    pub at: Instant,
}

/// What `apply_page` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Now(PageOutcome),
    /// The page had been applied; nothing was changed.
    Before(PageOutcome),
}

impl Applied {
    pub fn outcome(self) -> PageOutcome {
        match self {
            Applied::Now(outcome) | Applied::Before(outcome) => outcome,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    pub key: RecordKey,
    pub version: RecordVersion,
    /// Column name and value, in the table's order.
    pub values: Vec<(String, Value)>,
    /// History only: when this version was replaced; `None` for the current one.
    pub valid_to: Option<Instant>,
}

/// Which table to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordPage {
    /// Live records only.
    Current,
    /// Every version of every record, deletions too, by key and version.
    History,
}

/// Guarantees:
/// - `prepare_table` creates the stream's current and history tables or widens them; concurrent callers
///   do not fail each other; a column never disappears.
/// - `apply_page` does everything of the page or nothing: records by `forebay_model::decide`, history,
///   deletes, dead letters, and the page's outcome. A page applied before is left alone. The outcome
///   balances. Any order of pages and any repetition end in the same tables.
/// - History holds every version that was current or arrived late, each valid from its `modified` to the
///   next one's. Where a mark says that a parent's children were read whole, a child that was read unchanged
///   with it adds nothing: its version that history holds stays valid, and its current version moves on. A
///   late version between two such readings still parts them.
/// - A deletion of a record that was never seen is remembered, so that an older version arriving later
///   stays deleted. Where the schema names a `parent`, a record whose parent was deleted at or after the
///   record's version is deleted with it.
/// - Where the schema names a `parent`, the page's `replaces` are marks: a child of such a parent whose
///   version is below a mark, `(modified, observed)`, ends at the first mark above it, unless it was read
///   again by then; one at or above every mark of its parent lives. Children that a mark ends count in the
///   outcome's `deleted`. What is part of such a child stays until its own set or deletion says otherwise.
/// - A record with `version.deleted` is a version like any other: it counts as inserted, updated, unchanged
///   or superseded, and its values are not kept.
/// - A stream with `HistoryMode::Current` gains no history; what it had stays. It remembers of each record
///   the newest version or deletion, so a parent's deletion that was followed by the parent's return is not
///   remembered for parts that come later. Kept in full again, history goes on from what is then current.
#[async_trait]
pub trait RecordStore: Send + Sync {
    async fn prepare_table(&self, schema: &StreamSchema) -> Result<(), PortError>;

    async fn apply_page(&self, batch: PageBatch<'_>) -> Result<Applied, PortError>;

    /// Applies single records again after a fix, as a replay of their dead letters: marks the letters
    /// replayed and moves the page's outcome from dead-lettered to what became of them.
    async fn replay_records(&self, batch: PageBatch<'_>) -> Result<PageOutcome, PortError>;

    /// Live records of a stream.
    async fn count_records(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
    ) -> Result<u64, PortError>;

    /// By key (and version), with the columns of `schema` and no others: tables are shared, and another
    /// tenant's columns are not shown. `Slice::after` is a key; in history a key's versions stay together.
    async fn records(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        page: RecordPage,
        slice: Slice,
    ) -> Result<Vec<StoredRecord>, PortError>;
}
