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
    /// Pages that can never be applied as they are; the run's pages tell why.
    pub pages_unappliable: u32,
    /// Pages that are applied and can never be profiled as they are: the profile and what is measured are of the
    /// others. The run's notices tell why.
    pub pages_unprofilable: u32,
    /// Records landed.
    pub records: u64,
    /// Raw bytes landed, before compression.
    pub bytes: u64,
    /// What the source counted for the run's window: at the end, and for a first load already when it
    /// begins; null where it cannot count or has not yet.
    #[schema(required = true)]
    pub expected: Option<u64>,
    /// How much of the run's window has been read, from 0 to 100, where the source has counted it: 100 only
    /// when it has ended on proof, whatever the source counted.
    #[schema(required = true, maximum = 100)]
    pub percent: Option<u8>,
    /// `expected` compared with `records` when it has ended; null where the source did not count.
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
            pages_unappliable: stream.pages_unappliable,
            pages_unprofilable: stream.pages_unprofilable,
            records: stream.records,
            bytes: stream.bytes,
            expected: stream.expected,
            percent: percent(stream),
            reconciliation: stream
                .expected
                .filter(|_| stream.state == StreamRunState::Ended)
                .map(|n| ReconciliationView::new(stream.records, n)),
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

/// Counts are of the beginning; a source that changes meanwhile may give more. So only the end is all.
fn percent(stream: &StreamRun) -> Option<u8> {
    match stream.state {
        StreamRunState::Ended => Some(100),
        StreamRunState::Skipped => None,
        StreamRunState::Pending | StreamRunState::Reading | StreamRunState::Failed => {
            let hundredths = u128::from(stream.records) * 100;
            let part = hundredths.checked_div(u128::from(stream.expected?)).unwrap_or(0);
            Some(u8::try_from(part).unwrap_or(u8::MAX).min(99))
        }
    }
}

#[cfg(test)]
mod tests {
    use forebay_model::{PageOutcome, RunId, StreamName};

    use super::*;
    use crate::views::run::RunTotals;

    fn stream(state: StreamRunState, records: u64, expected: Option<u64>) -> StreamRun {
        StreamRun {
            run: RunId::new("run-1").unwrap_or_else(|_| unreachable!("it is an identifier")),
            stream: StreamName::new("item").unwrap_or_else(|_| unreachable!("it is a name")),
            state,
            start: None,
            cursor: None,
            pages: 1,
            pages_applied: 0,
            pages_profiled: 0,
            pages_unappliable: 0,
            pages_unprofilable: 0,
            records,
            bytes: 10,
            expected,
            outcome: PageOutcome::default(),
            evidence: None,
            started: None,
            ended: None,
        }
    }

    fn view(state: StreamRunState, records: u64, expected: Option<u64>) -> StreamRunView {
        StreamRunView::new(&stream(state, records, expected))
    }

    #[test]
    fn only_a_proven_end_is_all_of_it() {
        use StreamRunState::{Ended, Failed, Pending, Reading, Skipped};
        let percent = |state, records, expected| view(state, records, expected).percent;
        assert_eq!(percent(Pending, 0, None), None);
        assert_eq!(percent(Reading, 5, None), None, "the source cannot count");
        assert_eq!(percent(Reading, 0, Some(7)), Some(0));
        assert_eq!(percent(Reading, 5, Some(7)), Some(71));
        assert_eq!(percent(Reading, 7, Some(7)), Some(99));
        assert_eq!(percent(Reading, u64::MAX, Some(1)), Some(99));
        assert_eq!(percent(Reading, 5, Some(0)), Some(0));
        assert_eq!(percent(Failed, 5, Some(10)), Some(50));
        assert_eq!(percent(Ended, 9, Some(10)), Some(100));
        assert_eq!(percent(Ended, 0, None), Some(100));
        assert_eq!(percent(Skipped, 0, None), None);
    }

    #[test]
    fn pages_that_stay_behind_are_told_by_what_they_lack() {
        let mut stream = stream(StreamRunState::Ended, 5, None);
        (stream.pages, stream.pages_applied, stream.pages_profiled) = (7, 6, 3);
        (stream.pages_unappliable, stream.pages_unprofilable) = (1, 3);
        let view = StreamRunView::new(&stream);
        assert_eq!((view.pages_unappliable, view.pages_unprofilable, view.complete), (1, 3, false));
        let totals = RunTotals::of([&stream, &stream]);
        assert_eq!((totals.pages_unappliable, totals.pages_unprofilable), (2, 6));
    }

    #[test]
    fn counts_are_compared_when_all_is_read() {
        assert_eq!(view(StreamRunState::Reading, 5, Some(7)).reconciliation, None);
        let ended = view(StreamRunState::Ended, 5, Some(7)).reconciliation;
        assert_eq!(ended, Some(ReconciliationView::Fewer));
    }
}
