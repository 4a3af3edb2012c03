use forebay_model::{DeadLetter, DeadLetterState, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::commands::{ReplayOutcome, ReplayResult};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeadLetterState)]
pub enum DeadLetterStateView {
    Open,
    /// Loaded by a replay after a fix.
    Replayed,
}

/// A record that could not be loaded: why, and where its raw bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
pub struct DeadLetterView {
    pub id: String,
    pub source: String,
    pub stream: String,
    pub run: String,
    pub page: String,
    /// The raw page's object.
    pub blob: String,
    /// The record's place in the page, from 0.
    pub ordinal: u32,
    /// A stable word for grouping.
    #[schema(example = "type_mismatch")]
    pub code: String,
    /// Names the field, the value's shape and what was expected.
    pub reason: String,
    pub state: DeadLetterStateView,
    #[schema(value_type = String, format = DateTime)]
    pub created: Instant,
}

impl From<DeadLetter> for DeadLetterView {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.id.as_str().to_string(),
            source: letter.source.into(),
            stream: letter.stream.into(),
            run: letter.run.into(),
            page: letter.page.into(),
            blob: letter.blob,
            ordinal: letter.ordinal,
            code: letter.code,
            reason: letter.reason,
            state: match letter.state {
                DeadLetterState::Open => DeadLetterStateView::Open,
                DeadLetterState::Replayed => DeadLetterStateView::Replayed,
            },
            created: letter.created,
        }
    }
}

/// Which dead letters to load again.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
pub struct ReplayRequest {
    /// Ids of dead letters.
    #[schema(min_items = 1, max_items = 1000)]
    pub ids: Vec<String>,
}

/// One result per id, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayResults {
    pub items: Vec<ReplayResultView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReplayOutcome)]
pub enum ReplayOutcomeView {
    /// Loaded now.
    Replayed,
    /// Loaded by an earlier replay; nothing was changed.
    AlreadyReplayed,
    /// Still not acceptable; it stays open, and `code` and `reason` say why.
    Rejected,
    NotFound,
}

/// What became of one dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReplayResult)]
pub struct ReplayResultView {
    pub id: String,
    pub outcome: ReplayOutcomeView,
    #[schema(required = true)]
    pub code: Option<String>,
    #[schema(required = true)]
    pub reason: Option<String>,
}

impl From<ReplayResult> for ReplayResultView {
    fn from(result: ReplayResult) -> Self {
        let (outcome, code, reason) = match result.outcome {
            ReplayOutcome::Replayed => (ReplayOutcomeView::Replayed, None, None),
            ReplayOutcome::AlreadyReplayed => (ReplayOutcomeView::AlreadyReplayed, None, None),
            ReplayOutcome::Rejected { code, reason } => {
                (ReplayOutcomeView::Rejected, Some(code), Some(reason))
            }
            ReplayOutcome::NotFound => (ReplayOutcomeView::NotFound, None, None),
        };
        Self { id: result.id.as_str().to_string(), outcome, code, reason }
    }
}
