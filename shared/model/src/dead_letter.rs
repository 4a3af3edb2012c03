//! A record that could not be loaded: why, where its raw bytes are, and whether it has been replayed.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::ids::{PageId, RunId, SourceId, StreamName, TenantId};
use crate::instant::Instant;

/// A record of a page that the schema does not accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// Place in the page, from 0.
    pub ordinal: u32,
    /// A stable word for grouping, such as `type_mismatch`.
    pub code: String,
    /// Names the field, the value's shape (never the value) and what was expected.
    pub reason: String,
}

/// Derived from page and place, so that dead-lettering twice writes once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeadLetterId(String);

impl DeadLetterId {
    pub fn of(page: &PageId, ordinal: u32) -> Self {
        Self(format!("{:032x}", xxh3_128(format!("{page}\n{ordinal}").as_bytes())))
    }

    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterState {
    Open,
    /// Loaded by a replay after a fix.
    Replayed,
}

/// A dead letter as stored and served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub tenant: TenantId,
    pub source: SourceId,
    pub stream: StreamName,
    pub run: RunId,
    pub page: PageId,
    /// The raw page's object, and the record's place in it.
    pub blob: String,
    pub ordinal: u32,
    pub code: String,
    pub reason: String,
    pub state: DeadLetterState,
    pub created: Instant,
}
