//! Runs, cursors, pages: what makes extraction resumable and accountable.

use async_trait::async_trait;
use forebay_model::{
    Cursor, Instant, PageDescriptor, PageId, PageOutcome, Run, RunId, SourceId, StreamName, StreamRun,
    StreamRunState, TenantId,
};

use super::Slice;
use crate::error::PortError;

/// A page that is durable in the raw store and accepted by the broker, and the cursor after it.
#[derive(Debug, Clone)]
pub struct LandedPage<'a> {
    pub page: &'a PageDescriptor,
    pub cursor: &'a Cursor,
    pub landed: Instant,
}

/// How a stream's part of a run ended.
#[derive(Debug, Clone)]
pub struct StreamEnd<'a> {
    pub run: &'a RunId,
    pub stream: &'a StreamName,
    /// `Ended`, `Failed` or `Skipped`.
    pub state: StreamRunState,
    /// Proof of the end, or the error.
    pub evidence: &'a str,
    /// Where the next run starts; `None` leaves the cursor where it is.
    pub cursor: Option<&'a Cursor>,
    /// What the source counted.
    pub expected: Option<u64>,
    pub ended: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    Landed,
    Applied,
    Profiled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    pub page: PageDescriptor,
    pub state: PageState,
    /// Zero until applied.
    pub outcome: PageOutcome,
    pub landed: Instant,
}

/// Guarantees:
/// - `open_run` gives the unfinished run of the source where there is one, else writes `fresh`; two
///   callers at once get the same run.
/// - Opening writes a `StreamRun` per stream, each with the cursor the last run left.
/// - `land_page` writes page and cursor together; it succeeds only if the page's sequence is the stream
///   run's next one, else `Conflict` (another extractor is ahead: read again). Landing the same page
///   twice, with nothing in between, is `Ok` and changes nothing.
/// - Counts of applied and profiled pages and the sum of outcomes in `StreamRun` are those of the pages.
/// - A page that was announced but whose cursor was never saved does not count until it is landed.
#[async_trait]
pub trait RunStore: Send + Sync {
    async fn open_run(&self, fresh: &Run, streams: &[StreamName]) -> Result<Run, PortError>;

    async fn stream_runs(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<StreamRun>, PortError>;

    /// Marks a stream as being read, once.
    async fn begin_stream(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        at: Instant,
    ) -> Result<(), PortError>;

    async fn land_page(&self, landed: LandedPage<'_>) -> Result<(), PortError>;

    /// Ends a stream and saves its cursor for the next run. Ending twice changes nothing.
    async fn end_stream(&self, tenant: &TenantId, end: StreamEnd<'_>) -> Result<(), PortError>;

    /// Ends the run's extraction: `Failed` if a stream failed, else `Extracted`. Ending twice changes
    /// nothing.
    async fn end_run(&self, tenant: &TenantId, run: &RunId, at: Instant) -> Result<Run, PortError>;

    async fn run(&self, tenant: &TenantId, run: &RunId) -> Result<Option<Run>, PortError>;

    /// Newest first; `Slice::after` is a run id.
    async fn runs(
        &self,
        tenant: &TenantId,
        source: Option<&SourceId>,
        slice: Slice,
    ) -> Result<Vec<Run>, PortError>;

    async fn page(&self, tenant: &TenantId, page: &PageId) -> Result<Option<StoredPage>, PortError>;

    /// In order of stream and sequence; `Slice::after` is a page id.
    async fn pages(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: Option<&StreamName>,
        slice: Slice,
    ) -> Result<Vec<StoredPage>, PortError>;

    /// Landed pages that are not profiled (and perhaps not applied) and landed before `before`: to be
    /// announced again, oldest first.
    async fn unfinished_pages(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        before: Instant,
        limit: u32,
    ) -> Result<Vec<StoredPage>, PortError>;
}
