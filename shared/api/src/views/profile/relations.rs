//! What holds between columns, as the API shows it.

use forebay_model::profile::{Association, Correlation, Dependency, RelationsProfile};
use serde::Serialize;
use utoipa::ToSchema;

use super::{EstimateView, SampleView};

/// What holds between a stream's columns. All figures but `rows` are computed on `sample`; they are exact where
/// it is `all`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Relations)]
pub struct RelationsView {
    /// The run asked for; null for the roll-up over the newest runs.
    #[schema(required = true)]
    pub run: Option<String>,
    /// Records seen; 0 where none was profiled.
    pub rows: u64,
    pub sample: SampleView,
    /// The columns that were compared: 32 at most.
    pub columns: Vec<String>,
    /// Strongest first.
    pub correlations: Vec<CorrelationView>,
    /// Strongest first.
    pub associations: Vec<AssociationView>,
    /// Best supported first.
    pub dependencies: Vec<DependencyView>,
    /// Records that repeat an earlier one in every column. Where 0 is an estimate, fewer than three times `rows` by
    /// the sample's size, with 95% confidence.
    pub duplicate_rows: EstimateView,
}

/// How two columns of numbers or times move together, over the records that have both.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Correlation)]
pub struct CorrelationView {
    pub left: String,
    pub right: String,
    /// Of the values, -1 to 1.
    pub pearson: f64,
    /// Of the ranks, -1 to 1.
    pub spearman: f64,
    /// Records of the sample that have both.
    pub n: u64,
    /// Whether all records were looked at.
    pub exact: bool,
}

/// How much one of two columns with few different values says about the other.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Association)]
pub struct AssociationView {
    pub left: String,
    pub right: String,
    /// Cramér's V, corrected for bias: 0 to 1.
    pub cramers_v: f64,
    /// Records of the sample that have both.
    pub n: u64,
    pub exact: bool,
}

/// Records that agree in `determinant` agree in `dependent`, without exception in the sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Dependency)]
pub struct DependencyView {
    pub determinant: String,
    pub dependent: String,
    /// Different values of the determinant in the sample.
    pub determinants: u64,
    /// Records of the sample that could have broken it.
    pub support: u64,
    pub exact: bool,
}

impl RelationsView {
    pub fn new(run: Option<String>, profile: RelationsProfile) -> Self {
        Self {
            run,
            rows: profile.rows,
            sample: profile.sample.into(),
            columns: profile.columns,
            correlations: profile.correlations.into_iter().map(Into::into).collect(),
            associations: profile.associations.into_iter().map(Into::into).collect(),
            dependencies: profile.dependencies.into_iter().map(Into::into).collect(),
            duplicate_rows: profile.duplicate_rows.into(),
        }
    }
}

impl From<Correlation> for CorrelationView {
    fn from(Correlation { left, right, pearson, spearman, n, exact }: Correlation) -> Self {
        Self { left, right, pearson, spearman, n, exact }
    }
}

impl From<Association> for AssociationView {
    fn from(Association { left, right, cramers_v, n, exact }: Association) -> Self {
        Self { left, right, cramers_v, n, exact }
    }
}

impl From<Dependency> for DependencyView {
    fn from(Dependency { determinant, dependent, determinants, support, exact }: Dependency) -> Self {
        Self { determinant, dependent, determinants, support, exact }
    }
}
