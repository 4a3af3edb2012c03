//! Source systems.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_model::{Cursor, Instant, StreamName, StreamSchema};

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

/// A stream that a connector offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    pub stream: StreamName,
    /// Streams read before this one in the same run; deletions come after what they delete.
    pub after: Vec<StreamName>,
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
    /// Records in it. A page without records is not landed.
    pub records: u32,
    pub next: NextPage,
}

/// A source system, described: its streams, their schemas, their pages. The engine moves them.
///
/// Guarantees: `read_page` with the same cursor and bound on an unchanged source gives the same records
/// in the same order; following `More` from page to page reads every record that is visible within the
/// bound at least once; `End` is given on proof only.
#[async_trait]
pub trait Connector: Send + Sync {
    fn streams(&self) -> Vec<StreamSpec>;

    /// The source's own clock, for the bound of a run.
    async fn server_time(&self) -> Result<Instant, SourceError>;

    async fn discover(&self, stream: &StreamName) -> Result<StreamSchema, SourceError>;

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError>;

    /// How many records the window from `cursor` to `bound` holds now; `None` where the source cannot
    /// count.
    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError>;
}
