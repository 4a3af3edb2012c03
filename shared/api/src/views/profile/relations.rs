//! What holds between columns, as the API shows it.

use forebay_model::profile::{Association, Bounded, Correlation, Dependency, Interval, RelationsProfile};
use serde::Serialize;
use utoipa::ToSchema;

use super::SampleView;

/// Where the figure of all records lies, with 95% confidence; both ends are the figure itself where it is exact.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Interval)]
pub struct IntervalView {
    pub low: f64,
    pub high: f64,
}

/// A count with the interval in which the true one lies with 95% confidence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Bounded)]
pub struct BoundedView {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Whether it was counted; then `low` and `high` are `value`.
    pub exact: bool,
}

/// What holds between a stream's columns. All figures but `rows` and the counts of repeats are computed on
/// `sample`; they are exact where it is `all`, and have an interval of 95% confidence elsewhere.
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
    /// Records that repeat an earlier one in every column.
    pub duplicate_rows: BoundedView,
    /// Different records that occur more than once.
    pub repeated_rows: BoundedView,
}

/// How two columns of numbers or times move together, over the records that have both.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Correlation)]
pub struct CorrelationView {
    pub left: String,
    pub right: String,
    /// Of the values, -1 to 1.
    pub pearson: f64,
    /// -1 to 1 where a few records decide it, so that the sample cannot tell.
    pub pearson_interval: IntervalView,
    /// Of the ranks, -1 to 1.
    pub spearman: f64,
    pub spearman_interval: IntervalView,
    /// Records of the sample that have both, repeats included.
    pub n: u64,
    /// Records drawn one by one that would tell as much: fewer than `n` where records repeat.
    pub n_effective: f64,
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
    /// 0 to 1 where the sample has too few records for its categories.
    pub interval: IntervalView,
    /// Records of the sample that have both, repeats included.
    pub n: u64,
    /// As of a correlation.
    pub n_effective: f64,
    pub exact: bool,
}

/// Records that agree in `determinant` agree in `dependent`, without exception in the sample.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Dependency)]
pub struct DependencyView {
    pub determinant: String,
    pub dependent: String,
    /// Different values of the determinant in the sample.
    pub determinants: u64,
    /// Records of the sample that could have broken it.
    pub support: u64,
    /// The share of exceptions among different records whose determinant repeats, at most, with 95% confidence.
    pub exceptions_at_most: f64,
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
            repeated_rows: profile.repeated_rows.into(),
        }
    }
}

impl From<Interval> for IntervalView {
    fn from(Interval { low, high }: Interval) -> Self {
        Self { low, high }
    }
}

impl From<Bounded> for BoundedView {
    fn from(Bounded { value, low, high, exact }: Bounded) -> Self {
        Self { value, low, high, exact }
    }
}

impl From<Correlation> for CorrelationView {
    fn from(of: Correlation) -> Self {
        Self {
            left: of.left,
            right: of.right,
            pearson: of.pearson,
            pearson_interval: of.pearson_interval.into(),
            spearman: of.spearman,
            spearman_interval: of.spearman_interval.into(),
            n: of.n,
            n_effective: of.n_effective,
            exact: of.exact,
        }
    }
}

impl From<Association> for AssociationView {
    fn from(of: Association) -> Self {
        Self {
            left: of.left,
            right: of.right,
            cramers_v: of.cramers_v,
            interval: of.interval.into(),
            n: of.n,
            n_effective: of.n_effective,
            exact: of.exact,
        }
    }
}

impl From<Dependency> for DependencyView {
    fn from(of: Dependency) -> Self {
        Self {
            determinant: of.determinant,
            dependent: of.dependent,
            determinants: of.determinants,
            support: of.support,
            exceptions_at_most: of.exceptions_at_most,
            exact: of.exact,
        }
    }
}
