//! What a run met on its way: failures by class, and changes of the source that a person should know of.

use serde::{Deserialize, Serialize};

use crate::ids::StreamName;
use crate::instant::Instant;

/// What kind of thing happened. The first eight are the classes of a source's failures, each of which
/// decides what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// The source limited our requests; they were sent again later.
    Throttled,
    /// Network, time-out, 5xx; sent again.
    Transient,
    /// The credentials were refused.
    Unauthorized,
    /// A stream may not be read.
    Forbidden,
    /// Columns were left out because the source refuses them.
    RejectedColumns,
    /// A bookmark was no longer valid; the stream started over.
    GoneCursor,
    /// A setting is missing or wrong.
    Misconfigured,
    /// The source contradicted itself.
    Contradiction,
    /// The source has columns it did not have before.
    ColumnsAdded,
    /// Columns that had been refused are back; the stream is read again from its beginning for their sake.
    ColumnsReturned,
    /// A column's type became wider, and so does the table.
    TypeWidened,
    /// The source counts more records in the run's window than were read.
    CountMismatch,
    /// No rows were found, and whether that is for lack of permission cannot be told.
    EmptyOrForbidden,
    /// Pages could not be profiled, and no figure takes them into account.
    NotProfiled,
    /// What the run brought could not be looked at, and alerts of it may be late; of a stream, its count is of tries.
    NotMeasured,
}

/// Something a run met, counted. Notices of one stream and kind add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunNotice {
    /// `None` where it concerns the whole source, as a throttled request does.
    pub stream: Option<StreamName>,
    pub kind: NoticeKind,
    /// How often.
    pub count: u64,
    /// The latest in words; holds no secret.
    pub detail: String,
    pub last: Instant,
}
