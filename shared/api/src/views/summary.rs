use forebay_model::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::{RunTotals, RunView, StreamRunView};

/// Numbers across the tenant's sources, from the newest run of each.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Summary)]
pub struct SummaryView {
    /// When these numbers were read.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub sources: Vec<SourceSummary>,
    /// Sums over the newest runs.
    pub totals: RunTotals,
    /// Columns that have a profile.
    pub columns_profiled: u64,
    pub lineage_edges: u64,
    /// Newest runs that still extract, apply or profile.
    pub runs_in_progress: Vec<RunView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SourceSummary {
    pub source: String,
    pub connector: String,
    /// The newest run; null before the first.
    #[schema(required = true)]
    pub run: Option<RunView>,
    /// The run's accounting per stream.
    pub streams: Vec<StreamRunView>,
    pub columns_profiled: u64,
}
