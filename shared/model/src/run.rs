//! One extraction of one source, and its numbers per stream.

use serde::{Deserialize, Serialize};

use crate::cursor::Cursor;
use crate::ids::{RunId, SourceId, StreamName, TenantId};
use crate::instant::Instant;
use crate::page::PageOutcome;

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    Schedule,
    OnDemand,
}

/// How far a run is. Stored are `extracting` and the two ends of extraction; `completed` follows from
/// the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Pages are being read. A run that was cut is continued by the next firing.
    Extracting,
    /// Every stream has ended; pages are on their way through transform and profile.
    Extracted,
    /// Extraction is over, and at least one stream failed.
    Failed,
}

/// One extraction of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub tenant: TenantId,
    pub source: SourceId,
    pub trigger: Trigger,
    pub state: RunState,
    /// When the run began, by our clock.
    pub started: Instant,
    /// The upper bound of what the run reads, by the source's clock: later changes are the next run's.
    pub bound: Instant,
    /// When extraction ended.
    pub ended: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamRunState {
    Pending,
    Reading,
    /// Ended on proof.
    Ended,
    Failed,
    /// Not read: the stream is optional and the source does not offer it to this identity. The evidence
    /// says what the source answered.
    Skipped,
}

/// One stream's part of a run: progress while it reads, accounting when it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamRun {
    pub run: RunId,
    pub stream: StreamName,
    pub state: StreamRunState,
    /// The cursor that the last run left when this one was opened; never moved, so that a resumed run
    /// still knows its whole window.
    pub start: Option<Cursor>,
    /// Where it stands; equal to `start` before the first page. `None` before the first page of the
    /// first run.
    pub cursor: Option<Cursor>,
    /// Pages landed so far; also the next page's sequence.
    pub pages: u32,
    /// Pages transformed, and profiled.
    pub pages_applied: u32,
    pub pages_profiled: u32,
    /// Pages that can never be applied as they are.
    pub pages_unappliable: u32,
    /// Pages that are applied, and cannot be profiled as they are.
    #[serde(default)]
    pub pages_unprofilable: u32,
    /// Records landed.
    pub records: u64,
    /// Raw bytes landed, before compression.
    pub bytes: u64,
    /// What the source counted for the run's window, where it can count: at the end, and of a large window
    /// already when it begins.
    pub expected: Option<u64>,
    /// Sum over the applied pages.
    pub outcome: PageOutcome,
    /// Why it is known to have ended, or why it failed.
    pub evidence: Option<String>,
    pub started: Option<Instant>,
    pub ended: Option<Instant>,
}

impl StreamRun {
    /// Ended, and every landed page is applied and profiled.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, StreamRunState::Ended | StreamRunState::Skipped)
            && self.pages_applied >= self.pages
            && self.pages_profiled >= self.pages
    }

    /// Nothing of what landed is under way any more.
    pub fn is_settled(&self) -> bool {
        let done = |pages: u32| pages + self.pages_unappliable >= self.pages;
        done(self.pages_applied) && done(self.pages_profiled + self.pages_unprofilable)
    }

    /// Whether read = applied + unchanged + superseded + dead-lettered over all that landed.
    pub fn balances(&self) -> bool {
        self.outcome.balances() && self.outcome.read == self.records
    }
}
