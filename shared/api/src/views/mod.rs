//! What the API shows: types of their own, so that the model may change without changing what callers
//! read. Names are snake_case, instants RFC 3339 in UTC with microseconds, counts JSON numbers.

mod caller;
mod check;
mod column;
mod dead_letter;
mod health;
mod lineage;
mod notice;
mod open_lineage;
mod page;
mod profile;
mod profile_comparison;
mod quality;
mod record;
mod run;
mod source;
mod stream;
mod stream_run;
mod summary;

pub use caller::CallerView;
pub use check::{CheckItemView, CheckVerdictView, CheckView};
pub use column::{ColumnTypeName, ColumnView};
pub use dead_letter::{
    DeadLetterStateView, DeadLetterView, ReplayOutcomeView, ReplayRequest, ReplayResultView, ReplayResults,
};
pub use health::{HealthStatus, HealthView};
pub use lineage::{
    DatasetKindView, DatasetNameView, FieldView, LineageEdgeView, LineageGraph, LineageNode,
    TransformationView,
};
pub use notice::{NoticeKindView, NoticeView};
pub use open_lineage::OpenLineageEvents;
pub use page::{PageStateView, PageView};
pub use profile::{
    AssociationView, BoundedView, ColumnProfiles, CorrelationView, DependencyView, EstimateView,
    FrequentValueView, HistogramBinView, InferredTypeView, IntervalView, LengthsView, NumbersView,
    ProfileHistory, ProfileView, QuantileView, RelationsView, RunProfileView,
};
pub use profile_comparison::{
    ColumnComparisonView, ComparedRunView, ComparedSideView, ComparisonFindingView, ProfileComparisonView,
    ShiftThresholdsView, ShiftView,
};
pub use quality::*;
pub use record::RecordView;
pub use run::{RunDetailView, RunStateView, RunTotals, RunView, TriggerView};
pub use source::SourceView;
pub use stream::{DatasetsView, StreamView};
pub use stream_run::{ReconciliationView, StreamRunStateView, StreamRunView};
pub use summary::{SourceSummary, SummaryView};
