use std::cmp::Ordering;

use forebay_model::{Instant, StreamRun, StreamRunState};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StreamRunState)]
pub enum StreamRunStateView {
    /// Its turn has not come.
    Pending,
    Reading,
    /// Ended on proof.
    Ended,
    Failed,
    /// Not read: the source does not offer this optional stream to our identity.
    Skipped,
}

/// How what the source counted in the run's window compares with what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Reconciliation)]
pub enum ReconciliationView {
    Matched,
    /// Fewer were read than the source counts: some became visible meanwhile and are read next.
    Fewer,
    /// More were read: some changed again or vanished meanwhile, or were read twice.
    More,
}

impl ReconciliationView {
    fn new(records: u64, expected: u64) -> Self {
        match records.cmp(&expected) {
            Ordering::Equal => Self::Matched,
            Ordering::Less => Self::Fewer,
            Ordering::Greater => Self::More,
        }
    }
}

/// One stream's part of a run: progress while it reads, accounting when it has ended.
/// `read = applied + unchanged + superseded + dead_lettered`, and `read = records` once all is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StreamRun)]
pub struct StreamRunView {
    pub run: String,
    pub stream: String,
    pub state: StreamRunStateView,
    /// True when it ended on proof and every landed page is applied and profiled.
    pub complete: bool,
    /// Pages landed, transformed, profiled.
    pub pages: u32,
    pub pages_applied: u32,
    pub pages_profiled: u32,
    /// Records landed.
    pub records: u64,
    /// Raw bytes landed, before compression.
    pub bytes: u64,
    /// What the source counted for the run's window; null where it cannot count or has not yet.
    #[schema(required = true)]
    pub expected: Option<u64>,
    /// `expected` compared with `records`; null where the source did not count.
    #[schema(required = true)]
    pub reconciliation: Option<ReconciliationView>,
    /// Records in applied pages.
    pub read: u64,
    /// Inserted and updated.
    pub applied: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    /// Records of other streams that this stream's records deleted.
    pub deleted: u64,
    /// Whether the numbers balance over all that landed; false while pages are still to be applied.
    pub balances: bool,
    /// Why it is known to have ended, or why it failed.
    #[schema(required = true)]
    pub evidence: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub started: Option<Instant>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub ended: Option<Instant>,
}

impl StreamRunView {
    pub fn new(stream: &StreamRun) -> Self {
        let outcome = &stream.outcome;
        Self {
            run: stream.run.to_string(),
            stream: stream.stream.to_string(),
            state: match stream.state {
                StreamRunState::Pending => StreamRunStateView::Pending,
                StreamRunState::Reading => StreamRunStateView::Reading,
                StreamRunState::Ended => StreamRunStateView::Ended,
                StreamRunState::Failed => StreamRunStateView::Failed,
                StreamRunState::Skipped => StreamRunStateView::Skipped,
            },
            complete: stream.is_complete(),
            pages: stream.pages,
            pages_applied: stream.pages_applied,
            pages_profiled: stream.pages_profiled,
            records: stream.records,
            bytes: stream.bytes,
            expected: stream.expected,
            reconciliation: stream.expected.map(|n| ReconciliationView::new(stream.records, n)),
            read: outcome.read,
            applied: outcome.applied(),
            inserted: outcome.inserted,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            superseded: outcome.superseded,
            dead_lettered: outcome.dead_lettered,
            deleted: outcome.deleted,
            balances: stream.balances(),
            evidence: stream.evidence.clone(),
            started: stream.started,
            ended: stream.ended,
        }
    }
}
