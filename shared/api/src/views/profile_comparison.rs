//! What changed from one run's profiles to another's, as the API shows it.

use forebay_model::{Instant, Run};
use forebay_pipeline::comparison::{
    Aspect, ColumnComparison, Comparison, Finding, ShiftFigures, Side, Standing,
};
use forebay_pipeline::{Extent, FEWEST_VALUES, LARGE_PSI, MODERATE_PSI};
use serde::Serialize;
use utoipa::ToSchema;

/// What changed of a stream's columns.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ProfileComparison)]
pub struct ProfileComparisonView {
    pub from: ComparedRunView,
    pub to: ComparedRunView,
    pub thresholds: ShiftThresholdsView,
    /// Those of the later run in the schema's order, then those that vanished.
    pub columns: Vec<ColumnComparisonView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ComparedRun)]
pub struct ComparedRunView {
    pub run: String,
    #[schema(value_type = String, format = DateTime)]
    pub started: Instant,
    /// Records of the stream.
    pub rows: u64,
}

/// By what the shift of a distribution is called moderate or large: by convention of credit scoring (Siddiqi, Credit
/// Risk Scorecards, 2006), and only where chance does not explain it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ShiftThresholds)]
pub struct ShiftThresholdsView {
    /// Of `psi`.
    pub moderate: f64,
    pub large: f64,
    /// Columns with fewer values on either side have no shift.
    pub fewest_values: u64,
}

/// What changed in one column.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ColumnComparison)]
pub struct ColumnComparisonView {
    pub column: String,
    /// `same`, `changed`, `appeared` or `vanished`.
    pub standing: String,
    #[schema(required = true)]
    pub before: Option<ComparedSideView>,
    #[schema(required = true)]
    pub after: Option<ComparedSideView>,
    /// Null where profiles do not tell, as in a column whose values all differ.
    #[schema(required = true)]
    pub shift: Option<ShiftView>,
    /// What neither chance nor the errors of the figures explain.
    pub findings: Vec<ComparisonFindingView>,
}

/// A column's figures in one of the runs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ComparedSide)]
pub struct ComparedSideView {
    pub rows: u64,
    pub nulls: u64,
    /// 0 to 1.
    pub null_share: f64,
    pub distinct: f64,
    pub distinct_exact: bool,
    #[serde(rename = "type")]
    pub kind: String,
    /// Smallest and largest, as text; null where either run's values are masked.
    #[schema(required = true)]
    pub min: Option<String>,
    #[schema(required = true)]
    pub max: Option<String>,
    /// Of numbers, and of times in seconds since 1970; null where either run's values are masked.
    #[schema(required = true)]
    pub mean: Option<f64>,
}

/// How far a distribution moved.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftView {
    /// 0 to 1: the share of values that would have to move (Kolmogorov and Smirnov's distance of numbers, total
    /// variation of categories), the errors of the estimates subtracted.
    pub distance: f64,
    /// Of numbers: what the distance stays under by chance in all but one of a thousand pairs of samples.
    #[schema(required = true)]
    pub critical: Option<f64>,
    /// Population stability index, what chance and errors give on average subtracted.
    pub psi: f64,
    /// `none`, `moderate` or `large`.
    pub extent: String,
}

/// One change, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ComparisonFinding)]
pub struct ComparisonFindingView {
    /// `type`, `nulls`, `distinct`, `key`, `values` or `distribution`.
    pub aspect: String,
    #[schema(example = "12.0 % are null, before 0.4 %")]
    pub what: String,
}

impl ProfileComparisonView {
    pub fn new(compared: Comparison, from: &Run, to: &Run) -> Self {
        let run = |run: &Run, rows| ComparedRunView { run: run.id.to_string(), started: run.started, rows };
        Self {
            from: run(from, compared.rows_before),
            to: run(to, compared.rows_after),
            thresholds: ShiftThresholdsView {
                moderate: MODERATE_PSI,
                large: LARGE_PSI,
                fewest_values: FEWEST_VALUES,
            },
            columns: compared.columns.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ColumnComparison> for ColumnComparisonView {
    fn from(column: ColumnComparison) -> Self {
        let standing = match column.standing {
            Standing::Same => "same",
            Standing::Changed => "changed",
            Standing::Appeared => "appeared",
            Standing::Vanished => "vanished",
        };
        Self {
            column: column.column,
            standing: standing.to_owned(),
            before: column.before.map(Into::into),
            after: column.after.map(Into::into),
            shift: column.distance.zip(column.shift).map(|(distance, shift)| ShiftView::new(distance, shift)),
            findings: column.findings.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Side> for ComparedSideView {
    fn from(side: Side) -> Self {
        Self {
            rows: side.rows,
            nulls: side.nulls,
            null_share: side.null_share,
            distinct: side.distinct,
            distinct_exact: side.distinct_exact,
            kind: side.kind,
            min: side.min,
            max: side.max,
            mean: side.mean,
        }
    }
}

impl ShiftView {
    fn new(distance: f64, shift: ShiftFigures) -> Self {
        let extent = match shift.extent {
            Extent::None => "none",
            Extent::Moderate => "moderate",
            Extent::Large => "large",
        };
        Self { distance, critical: shift.critical, psi: shift.psi, extent: extent.to_owned() }
    }
}

impl From<Finding> for ComparisonFindingView {
    fn from(finding: Finding) -> Self {
        let aspect = match finding.aspect {
            Aspect::Type => "type",
            Aspect::Nulls => "nulls",
            Aspect::Distinct => "distinct",
            Aspect::Key => "key",
            Aspect::Values => "values",
            Aspect::Distribution => "distribution",
        };
        Self { aspect: aspect.to_owned(), what: finding.what }
    }
}
