//! Source systems.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_model::{ChildSet, Cursor, Instant, NoticeKind, StreamName, StreamSchema};

/// Why a source did not give what was asked, named by what the engine does next.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Too many requests: wait, then send the same again.
    #[error("the source limits our requests: {detail}")]
    Throttled { detail: String, retry_after: Option<Duration> },
    /// It may work in a moment: network, time-out, 5xx.
    #[error("the source failed for now: {detail}")]
    Transient { detail: String },
    /// The credentials are not accepted; nothing of this source can be read.
    #[error("the source refused the credentials: {detail}")]
    Unauthorized { detail: String },
    /// This stream may not be read; others may.
    #[error("stream {stream} may not be read: {detail}")]
    Forbidden { stream: StreamName, detail: String },
    /// The source has no such columns (any more); read on without them.
    #[error("stream {stream} has no columns {columns:?} any more: {detail}")]
    RejectedColumns { stream: StreamName, columns: Vec<String>, detail: String },
    /// The bookmark is no longer valid; the stream starts over.
    #[error("stream {stream} no longer knows its cursor: {detail}")]
    GoneCursor { stream: StreamName, detail: String },
    /// A setting is missing or wrong; names the setting and what to do.
    #[error("the source is misconfigured: {detail}")]
    Misconfigured { detail: String },
    /// The source contradicts itself; the evidence says how. The stream fails rather than lose records.
    #[error("stream {stream} cannot be trusted: {evidence}")]
    Contradiction { stream: StreamName, evidence: String },
}

impl SourceError {
    /// The class by which the error is counted and shown on its run.
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::Throttled { .. } => NoticeKind::Throttled,
            Self::Transient { .. } => NoticeKind::Transient,
            Self::Unauthorized { .. } => NoticeKind::Unauthorized,
            Self::Forbidden { .. } => NoticeKind::Forbidden,
            Self::RejectedColumns { .. } => NoticeKind::RejectedColumns,
            Self::GoneCursor { .. } => NoticeKind::GoneCursor,
            Self::Misconfigured { .. } => NoticeKind::Misconfigured,
            Self::Contradiction { .. } => NoticeKind::Contradiction,
        }
    }
}

/// A stream that a connector offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    pub stream: StreamName,
    /// Streams read before this one in the same run; deletions come after what they delete.
    pub after: Vec<StreamName>,
    /// Read by default, but not every account has it: where discovery answers `Forbidden`, the stream is
    /// skipped and says so, and the run does not fail for it.
    pub optional: bool,
}

/// Asks for one page.
#[derive(Debug, Clone)]
pub struct PageRequest<'a> {
    pub schema: &'a StreamSchema,
    /// `None` for the first page of the first run.
    pub cursor: Option<&'a Cursor>,
    /// Read nothing that changed after this; it is the same for all pages of a run.
    pub bound: Instant,
}

/// What comes after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// More to read, from here.
    More(Cursor),
    /// The stream's end within the bound. `cursor` is where the next run starts; `proof` says how the
    /// end is known, in words for the run's record.
    End { cursor: Cursor, proof: String },
}

/// One page as the source sent it.
#[derive(Debug, Clone)]
pub struct SourcePage {
    /// The response body, untouched.
    pub body: Bytes,
    /// Records in it. A page without records and without child sets is not landed.
    pub records: u32,
    /// Parents whose children this page completes. See [`forebay_model::PageDescriptor::replaces`].
    pub replaces: Vec<ChildSet>,
    pub next: NextPage,
}

/// Parts of a stream's first window that can be read side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slices {
    /// Where each part begins. Read from there, a part goes from `More` to `More` to an `End` of its own,
    /// whose cursor means nothing.
    pub begin: Vec<Cursor>,
    /// Where the stream goes on when all parts have ended, within the same run.
    pub then: Cursor,
}

/// What a small question about a stream found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Records can be read; how many there are, where the source tells.
    Readable { records: Option<u64> },
    /// Nothing was found, and whether for lack of permission cannot be told. In words, with what to do.
    EmptyOrForbidden { detail: String },
}

/// A limit of the source as it stands, such as the day's requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// In the vendor's words: `DailyApiRequests`.
    pub name: String,
    pub limit: u64,
    pub remaining: Option<u64>,
}

/// A source system, described: its streams, their schemas, their pages. The engine moves them: it decides
/// on slices, concurrency, time, retries of whole pages, and what is remembered. Every request goes
/// through the [`crate::RequestGate`] that the connector was opened with.
///
/// Guarantees: `read_page` with the same cursor and bound on an unchanged source gives the same records
/// in the same order; following `More` from page to page reads every record that is visible within the
/// bound at least once; `End` is given on proof only.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The streams to read. May ask the source, whose administrators may have made record types.
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError>;

    /// The source's own clock, for the bound of a run. Proves the credentials too where it can.
    async fn server_time(&self) -> Result<Instant, SourceError>;

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError>;

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError>;

    /// How many records the window from `cursor` to `bound` holds now; `None` where the source cannot
    /// count.
    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError>;

    /// Parts of the first window (the request has no cursor), where it is large enough to be worth it.
    async fn slices(&self, _request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        Ok(None)
    }

    /// The cheapest question that shows whether a stream may be read.
    async fn probe(&self, stream: &StreamName) -> Result<Access, SourceError>;

    /// The source's limits as they stand, where it tells them.
    async fn quotas(&self) -> Result<Vec<Quota>, SourceError> {
        Ok(Vec::new())
    }
}
