//! What columns look like, as the API shows it.

mod numbers;
mod relations;
mod texts;
mod times;
mod types;

use forebay_model::Instant;
use forebay_model::profile::{ColumnProfile, Estimate, FrequentValue, KeyCandidate, Sample};
use serde::Serialize;
use utoipa::ToSchema;

pub use numbers::{HistogramBinView, NumbersView, QuantileView};
pub use relations::{
    AssociationView, BoundedView, CorrelationView, DependencyView, IntervalView, RelationsView,
};
pub use texts::{LengthsView, TextsView};
pub use times::TimesView;
pub use types::{InferredTypeView, SensitiveView};

/// The profiles of a stream's columns, in the schema's order.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ColumnProfiles {
    /// The run asked for; null for the roll-up over the newest runs.
    #[schema(required = true)]
    pub run: Option<String>,
    pub items: Vec<ProfileView>,
}

/// A column's profile run by run, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProfileHistory {
    pub column: String,
    pub items: Vec<RunProfileView>,
}

/// A column's profile in one run.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RunProfile)]
pub struct RunProfileView {
    pub run: String,
    /// When the run began; null where the run is no longer known.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub started: Option<Instant>,
    pub profile: ProfileView,
}

/// What a column looks like over the record versions that flowed past.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ColumnProfile)]
pub struct ProfileView {
    pub column: String,
    pub sample: SampleView,
    /// Records seen, with a value or not.
    pub rows: u64,
    /// Records without a value, `missing` included.
    pub nulls: u64,
    /// Records that did not have the field at all.
    pub missing: u64,
    /// Empty texts.
    pub empties: u64,
    /// Texts of white space only.
    pub blanks: u64,
    pub distinct: EstimateView,
    /// Distinct values per record that has one: 0 to 1.
    pub uniqueness: EstimateView,
    /// Every record that has a value has the same one.
    pub constant: bool,
    /// `yes` where all values were counted and differ, `likely` where estimates agree with it, `no`, or `unknown`: earlier programs did not look.
    pub key_candidate: String,
    /// Smallest and largest, as text: numbers and times by value, texts by code point, cut at 128 characters.
    #[schema(required = true)]
    pub min: Option<String>,
    #[schema(required = true)]
    pub max: Option<String>,
    #[schema(required = true)]
    pub numbers: Option<NumbersView>,
    #[schema(required = true)]
    pub lengths: Option<LengthsView>,
    #[schema(required = true)]
    pub texts: Option<TextsView>,
    #[schema(required = true)]
    pub times: Option<TimesView>,
    pub frequent: Vec<FrequentValueView>,
    pub inferred_type: InferredTypeView,
    /// Kinds of personal data found, most certain first.
    pub sensitive: Vec<SensitiveView>,
    /// Whether all values are masked because of `sensitive`. Single values that prove by themselves to be personal
    /// data are masked in any column.
    pub masked: bool,
}

/// Which records the figures come from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Sample)]
pub struct SampleView {
    /// `all`, `first`, `reservoir`, `lowest_hashes` or `stratified`.
    pub kind: String,
    /// Records in the sample, or in each stratum; null where all were taken.
    #[schema(required = true)]
    pub size: Option<u64>,
    /// Records that it was drawn from, where known.
    #[schema(required = true)]
    pub of: Option<u64>,
    /// What strata are formed by.
    #[schema(required = true)]
    pub column: Option<String>,
}

/// A figure, and how far it can be off.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Estimate)]
pub struct EstimateView {
    pub value: f64,
    /// Relative standard error; 0 where exact.
    pub relative_error: f64,
    pub exact: bool,
}

/// A value and how often it occurs; the true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FrequentValue)]
pub struct FrequentValueView {
    pub value: String,
    pub count: u64,
    pub error: u64,
}

impl From<ColumnProfile> for ProfileView {
    fn from(profile: ColumnProfile) -> Self {
        Self {
            column: profile.column,
            sample: profile.sample.into(),
            rows: profile.rows,
            nulls: profile.nulls,
            missing: profile.missing,
            empties: profile.empties,
            blanks: profile.blanks,
            distinct: profile.distinct.into(),
            uniqueness: profile.uniqueness.into(),
            constant: profile.constant,
            key_candidate: key_candidate(profile.key_candidate).to_owned(),
            min: profile.min,
            max: profile.max,
            numbers: profile.numbers.map(Into::into),
            lengths: profile.lengths.map(Into::into),
            texts: profile.texts.map(Into::into),
            times: profile.times.map(Into::into),
            frequent: profile.frequent.into_iter().map(Into::into).collect(),
            inferred_type: profile.inferred_type.into(),
            sensitive: profile.sensitive.into_iter().map(Into::into).collect(),
            masked: profile.masked,
        }
    }
}

fn key_candidate(candidate: KeyCandidate) -> &'static str {
    match candidate {
        KeyCandidate::Yes => "yes",
        KeyCandidate::Likely => "likely",
        KeyCandidate::No => "no",
        KeyCandidate::Unknown => "unknown",
    }
}

impl From<Sample> for SampleView {
    fn from(sample: Sample) -> Self {
        let (kind, size, of, column) = match sample {
            Sample::All => ("all", None, None, None),
            Sample::First { size, of } => ("first", Some(size), of, None),
            Sample::Reservoir { size, of, .. } => ("reservoir", Some(size), Some(of), None),
            Sample::LowestHashes { size, of } => ("lowest_hashes", Some(size), Some(of), None),
            Sample::Stratified { column, size_per_stratum, of, .. } => {
                ("stratified", Some(size_per_stratum), Some(of), Some(column))
            }
        };
        Self { kind: kind.to_owned(), size, of, column }
    }
}

impl From<Estimate> for EstimateView {
    fn from(Estimate { value, relative_error, exact }: Estimate) -> Self {
        Self { value, relative_error, exact }
    }
}

impl From<FrequentValue> for FrequentValueView {
    fn from(FrequentValue { value, count, error }: FrequentValue) -> Self {
        Self { value, count, error }
    }
}
