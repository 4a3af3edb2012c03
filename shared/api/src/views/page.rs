use forebay_model::Instant;
use forebay_ports::repository::{PageState, StoredPage};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PageState)]
pub enum PageStateView {
    Landed,
    Applied,
    Profiled,
    /// It can never be applied as it is; `failure` says why.
    Unappliable,
}

/// A landed page and what became of its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Page)]
pub struct PageView {
    pub id: String,
    pub stream: String,
    /// Place in the stream's run, from 0.
    pub sequence: u32,
    pub state: PageStateView,
    /// Name of the raw object.
    pub blob: String,
    pub records: u32,
    /// Bytes of the raw page before compression.
    pub bytes: u64,
    /// Version of the stream's schema that reads it.
    pub schema_version: u32,
    /// Why the page can never be applied, where that is so.
    #[schema(required = true)]
    pub failure: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub landed: Instant,
    /// Zero until applied, like the figures after it.
    pub read: u64,
    pub applied: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    pub deleted: u64,
}

impl PageView {
    pub fn new(stored: StoredPage) -> Self {
        let StoredPage { page, state, outcome, landed } = stored;
        Self {
            id: page.id.into(),
            stream: page.stream.into(),
            sequence: page.sequence,
            failure: match &state {
                PageState::Unappliable(failure) => Some(failure.reason.clone()),
                _ => None,
            },
            state: match state {
                PageState::Unappliable(_) => PageStateView::Unappliable,
                PageState::Landed => PageStateView::Landed,
                PageState::Applied => PageStateView::Applied,
                PageState::Profiled => PageStateView::Profiled,
            },
            blob: page.blob,
            records: page.records,
            bytes: page.bytes,
            schema_version: page.schema_version,
            landed,
            read: outcome.read,
            applied: outcome.applied(),
            inserted: outcome.inserted,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            superseded: outcome.superseded,
            dead_lettered: outcome.dead_lettered,
            deleted: outcome.deleted,
        }
    }
}
