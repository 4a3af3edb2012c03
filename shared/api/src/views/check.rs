use forebay_pipeline::{CheckReport, CheckVerdict};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckVerdict)]
pub enum CheckVerdictView {
    Passed,
    /// It works, but someone should look.
    Warned,
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CheckItem)]
pub struct CheckItemView {
    /// `settings`, `credentials`, `clock`, `stream customer`, `limit DailyApiRequests`.
    pub subject: String,
    pub verdict: CheckVerdictView,
    /// What was found, and what to do where something is wrong.
    pub detail: String,
}

/// Whether a source is set up so that it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckView {
    /// Nothing failed.
    pub passed: bool,
    pub items: Vec<CheckItemView>,
}

impl CheckView {
    pub fn new(report: CheckReport) -> Self {
        let passed = report.passed();
        let item = |item: forebay_pipeline::CheckItem| CheckItemView {
            subject: item.subject,
            verdict: match item.verdict {
                CheckVerdict::Passed => CheckVerdictView::Passed,
                CheckVerdict::Warned => CheckVerdictView::Warned,
                CheckVerdict::Failed => CheckVerdictView::Failed,
            },
            detail: item.detail,
        };
        Self { passed, items: report.items.into_iter().map(item).collect() }
    }
}
