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
    /// What the source counted at the end. Where it did not, an ended stream forgets what was expected while
    /// it was read, which would be compared with what is there now; others keep it.
    pub expected: Option<u64>,
    pub ended: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageState {
    Landed,
    Applied,
    Profiled,
    /// It can never be applied as it is; a person must look. It is not announced again.
    Unappliable(PageFailure),
}

/// Why a page can never be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFailure {
    pub at: Instant,
    /// A word for programs: `rejected`.
    pub code: String,
    /// In words; holds no secret.
    pub reason: String,
}

/// A page that was found to be one that can never be applied.
#[derive(Debug, Clone)]
pub struct FailedPage<'a> {
    pub page: &'a PageDescriptor,
    /// At most 128 characters.
    pub code: &'a str,
    pub reason: &'a str,
    pub at: Instant,
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
/// - `end_run` ends a run as `Extracted` where every stream has ended or was skipped, else as `Failed`.
/// - A page that failed is `Unappliable` until it is applied after all; it counts as landed, and is none of
///   the `unfinished_pages`. A page that was applied cannot fail.
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

    /// Writes what the source counts in the stream's window while it is read, for progress to be told by.
    /// `end_stream` has the last word: where the stream is over, nothing changes.
    async fn expect_records(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        expected: u64,
    ) -> Result<(), PortError>;

    /// The stream is read from its beginning: in this run from now on, and in the next one if this one
    /// does not get there. Pages that have landed stay, and go on being counted. Only for the holder of the run's
    /// claim (see `ClaimStore`), else `Conflict`: whoever reads the run now would lose its place. A claim that has
    /// run out is the holder's until somebody else takes it.
    async fn restart_stream(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        holder: &str,
    ) -> Result<(), PortError>;

    async fn land_page(&self, landed: LandedPage<'_>) -> Result<(), PortError>;

    /// Ends a stream and saves its cursor for the next run. Ending twice changes nothing.
    async fn end_stream(&self, tenant: &TenantId, end: StreamEnd<'_>) -> Result<(), PortError>;

    /// Ends the run's extraction: `Failed` if a stream failed or did not end, else `Extracted`. Ending twice changes
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

    /// Remembers that the page can never be applied, so that it is not announced again.
    async fn fail_page(&self, failed: FailedPage<'_>) -> Result<(), PortError>;

    /// Remembers that these pages, which are applied, cannot be profiled as they are: they are not announced again,
    /// and their run does not wait for them. A page that is profiled after all counts as any other. Gives how many
    /// this was not known of.
    async fn fail_profiles(
        &self,
        tenant: &TenantId,
        pages: &[PageId],
        reason: &str,
        at: Instant,
    ) -> Result<u64, PortError>;

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
