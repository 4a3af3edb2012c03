use forebay_model::{Instant, NoticeKind, RunNotice};
use serde::Serialize;
use utoipa::ToSchema;

/// What a run met. The first eight are the classes of a source's failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NoticeKind)]
pub enum NoticeKindView {
    Throttled,
    Transient,
    Unauthorized,
    Forbidden,
    RejectedColumns,
    GoneCursor,
    Misconfigured,
    Contradiction,
    ColumnsAdded,
    ColumnsReturned,
    TypeWidened,
    CountMismatch,
    EmptyOrForbidden,
    NotProfiled,
    NotMeasured,
}

/// Something a run met on its way, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// Null where it concerns the whole source.
    #[schema(required = true)]
    pub stream: Option<String>,
    pub kind: NoticeKindView,
    /// How often.
    pub count: u64,
    /// The latest, in words.
    pub detail: String,
    #[schema(value_type = String, format = DateTime)]
    pub last: Instant,
}

impl NoticeView {
    pub fn new(notice: RunNotice) -> Self {
        Self {
            stream: notice.stream.map(Into::into),
            kind: kind(notice.kind),
            count: notice.count,
            detail: notice.detail,
            last: notice.last,
        }
    }
}

fn kind(kind: NoticeKind) -> NoticeKindView {
    match kind {
        NoticeKind::Throttled => NoticeKindView::Throttled,
        NoticeKind::Transient => NoticeKindView::Transient,
        NoticeKind::Unauthorized => NoticeKindView::Unauthorized,
        NoticeKind::Forbidden => NoticeKindView::Forbidden,
        NoticeKind::RejectedColumns => NoticeKindView::RejectedColumns,
        NoticeKind::GoneCursor => NoticeKindView::GoneCursor,
        NoticeKind::Misconfigured => NoticeKindView::Misconfigured,
        NoticeKind::Contradiction => NoticeKindView::Contradiction,
        NoticeKind::ColumnsAdded => NoticeKindView::ColumnsAdded,
        NoticeKind::ColumnsReturned => NoticeKindView::ColumnsReturned,
        NoticeKind::TypeWidened => NoticeKindView::TypeWidened,
        NoticeKind::CountMismatch => NoticeKindView::CountMismatch,
        NoticeKind::EmptyOrForbidden => NoticeKindView::EmptyOrForbidden,
        NoticeKind::NotProfiled => NoticeKindView::NotProfiled,
        NoticeKind::NotMeasured => NoticeKindView::NotMeasured,
    }
}
