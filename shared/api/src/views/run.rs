use forebay_model::{Instant, Run, RunNotice, RunState, StreamRun, StreamRunState, Trigger};
use serde::Serialize;
use utoipa::ToSchema;

use super::{NoticeView, StreamRunView};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Trigger)]
pub enum TriggerView {
    Schedule,
    OnDemand,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RunState)]
pub enum RunStateView {
    /// Pages are being read.
    Extracting,
    /// Every stream has ended; pages are on their way through transform and profile.
    Extracted,
    /// Extraction is over, and at least one stream failed.
    Failed,
}

/// One extraction of one source, with its numbers over all streams.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunView {
    pub id: String,
    pub source: String,
    pub trigger: TriggerView,
    pub state: RunStateView,
    /// True when every stream ended on proof and every landed page is applied and profiled.
    pub complete: bool,
    /// True when nothing of the run is under way any more, be it complete or failed.
    pub settled: bool,
    #[schema(value_type = String, format = DateTime)]
    pub started: Instant,
    /// The upper bound of what the run reads, by the source's clock.
    #[schema(value_type = String, format = DateTime)]
    pub bound: Instant,
    /// When extraction ended; null while it is under way.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub ended: Option<Instant>,
    pub totals: RunTotals,
}

/// A run and its accounting, stream by stream.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RunDetail)]
pub struct RunDetailView {
    #[serde(flatten)]
    pub run: RunView,
    pub streams: Vec<StreamRunView>,
    /// Failures by class, most of them overcome, and changes of the source.
    pub notices: Vec<NoticeView>,
}

/// Sums over streams. `read = applied + unchanged + superseded + dead_lettered`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RunTotals {
    pub streams: u64,
    /// Skipped ones too.
    pub streams_ended: u64,
    pub streams_failed: u64,
    /// Pages landed, transformed, profiled.
    pub pages: u64,
    pub pages_applied: u64,
    pub pages_profiled: u64,
    /// Pages that can never be applied as they are, and applied ones that can never be profiled.
    pub pages_unappliable: u64,
    pub pages_unprofilable: u64,
    /// Records landed.
    pub records: u64,
    /// Raw bytes landed, before compression.
    pub bytes: u64,
    /// Records in applied pages.
    pub read: u64,
    /// Inserted and updated.
    pub applied: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    /// Records that pages of deletions deleted.
    pub deleted: u64,
    /// Whether every stream's numbers balance over all that landed.
    pub balances: bool,
}

impl RunTotals {
    pub fn of<'a>(streams: impl IntoIterator<Item = &'a StreamRun>) -> Self {
        let start = Self { balances: true, ..Self::default() };
        streams.into_iter().fold(start, Self::plus)
    }

    fn plus(self, stream: &StreamRun) -> Self {
        let outcome = &stream.outcome;
        Self {
            streams: self.streams + 1,
            streams_ended: self.streams_ended
                + u64::from(matches!(stream.state, StreamRunState::Ended | StreamRunState::Skipped)),
            streams_failed: self.streams_failed + u64::from(stream.state == StreamRunState::Failed),
            pages: self.pages + u64::from(stream.pages),
            pages_applied: self.pages_applied + u64::from(stream.pages_applied),
            pages_profiled: self.pages_profiled + u64::from(stream.pages_profiled),
            pages_unappliable: self.pages_unappliable + u64::from(stream.pages_unappliable),
            pages_unprofilable: self.pages_unprofilable + u64::from(stream.pages_unprofilable),
            records: self.records + stream.records,
            bytes: self.bytes + stream.bytes,
            read: self.read + outcome.read,
            applied: self.applied + outcome.applied(),
            inserted: self.inserted + outcome.inserted,
            updated: self.updated + outcome.updated,
            unchanged: self.unchanged + outcome.unchanged,
            superseded: self.superseded + outcome.superseded,
            dead_lettered: self.dead_lettered + outcome.dead_lettered,
            deleted: self.deleted + outcome.deleted,
            balances: self.balances && stream.balances(),
        }
    }
}

impl RunView {
    pub fn new(run: &Run, streams: &[StreamRun]) -> Self {
        Self {
            id: run.id.to_string(),
            source: run.source.to_string(),
            trigger: match run.trigger {
                Trigger::Schedule => TriggerView::Schedule,
                Trigger::OnDemand => TriggerView::OnDemand,
            },
            state: match run.state {
                RunState::Extracting => RunStateView::Extracting,
                RunState::Extracted => RunStateView::Extracted,
                RunState::Failed => RunStateView::Failed,
            },
            complete: run.state == RunState::Extracted && streams.iter().all(StreamRun::is_complete),
            settled: run.state != RunState::Extracting && streams.iter().all(StreamRun::is_settled),
            started: run.started,
            bound: run.bound,
            ended: run.ended,
            totals: RunTotals::of(streams),
        }
    }
}

impl RunDetailView {
    pub fn new(run: &Run, streams: &[StreamRun], notices: Vec<RunNotice>) -> Self {
        Self {
            run: RunView::new(run, streams),
            streams: streams.iter().map(StreamRunView::new).collect(),
            notices: notices.into_iter().map(NoticeView::new).collect(),
        }
    }
}
