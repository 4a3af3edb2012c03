use forebay_model::Instant;
use forebay_model::profile::{
    ColumnProfile, Estimate, FrequentValue, HistogramBin, InferredType, LengthStatistics, NumberStatistics,
    Quantile,
};
use serde::Serialize;
use utoipa::ToSchema;

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
    /// Records seen, null or not.
    pub rows: u64,
    pub nulls: u64,
    /// Empty texts.
    pub empties: u64,
    /// Texts of white space only.
    pub blanks: u64,
    pub distinct: EstimateView,
    /// Smallest and largest, as text: numbers and times by value, texts by code point, cut at 128 characters.
    #[schema(required = true)]
    pub min: Option<String>,
    #[schema(required = true)]
    pub max: Option<String>,
    #[schema(required = true)]
    pub numbers: Option<NumbersView>,
    #[schema(required = true)]
    pub lengths: Option<LengthsView>,
    pub frequent: Vec<FrequentValueView>,
    pub inferred_type: InferredTypeView,
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

/// Statistics of a column's numbers. Dates and instants count as seconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = NumberStatistics)]
pub struct NumbersView {
    pub count: u64,
    pub mean: f64,
    /// Sample standard deviation; null under two values.
    #[schema(required = true)]
    pub standard_deviation: Option<f64>,
    /// Decimal text.
    pub sum: String,
    pub sum_exact: bool,
    pub zeros: u64,
    pub negatives: u64,
    pub quantiles: Vec<QuantileView>,
    /// Rank error bound of `quantiles` and `histogram`, 99% confidence.
    pub rank_error: f64,
    pub histogram: Vec<HistogramBinView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Quantile)]
pub struct QuantileView {
    /// 0 to 1.
    pub rank: f64,
    pub value: f64,
}

/// `low <= x < high`; the last bin includes `high`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = HistogramBin)]
pub struct HistogramBinView {
    pub low: f64,
    pub high: f64,
    pub count: f64,
}

/// Lengths in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LengthStatistics)]
pub struct LengthsView {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

/// A value and how often it occurs; the true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FrequentValue)]
pub struct FrequentValueView {
    pub value: String,
    pub count: u64,
    pub error: u64,
}

/// A type that the column's values would fit, and the share that does.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = InferredType)]
pub struct InferredTypeView {
    /// `boolean`, `integer`, `decimal`, `date`, `timestamp`, `uuid`, `email`, `url`, `json`, `text` or `empty`.
    pub name: String,
    pub share: f64,
}

impl From<ColumnProfile> for ProfileView {
    fn from(profile: ColumnProfile) -> Self {
        Self {
            column: profile.column,
            rows: profile.rows,
            nulls: profile.nulls,
            empties: profile.empties,
            blanks: profile.blanks,
            distinct: profile.distinct.into(),
            min: profile.min,
            max: profile.max,
            numbers: profile.numbers.map(Into::into),
            lengths: profile.lengths.map(Into::into),
            frequent: profile.frequent.into_iter().map(Into::into).collect(),
            inferred_type: profile.inferred_type.into(),
        }
    }
}

impl From<Estimate> for EstimateView {
    fn from(Estimate { value, relative_error, exact }: Estimate) -> Self {
        Self { value, relative_error, exact }
    }
}

impl From<NumberStatistics> for NumbersView {
    fn from(numbers: NumberStatistics) -> Self {
        Self {
            count: numbers.count,
            mean: numbers.mean,
            standard_deviation: numbers.standard_deviation,
            sum: numbers.sum,
            sum_exact: numbers.sum_exact,
            zeros: numbers.zeros,
            negatives: numbers.negatives,
            quantiles: numbers.quantiles.into_iter().map(Into::into).collect(),
            rank_error: numbers.rank_error,
            histogram: numbers.histogram.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Quantile> for QuantileView {
    fn from(Quantile { rank, value }: Quantile) -> Self {
        Self { rank, value }
    }
}

impl From<HistogramBin> for HistogramBinView {
    fn from(HistogramBin { low, high, count }: HistogramBin) -> Self {
        Self { low, high, count }
    }
}

impl From<LengthStatistics> for LengthsView {
    fn from(LengthStatistics { min, max, mean }: LengthStatistics) -> Self {
        Self { min, max, mean }
    }
}

impl From<FrequentValue> for FrequentValueView {
    fn from(FrequentValue { value, count, error }: FrequentValue) -> Self {
        Self { value, count, error }
    }
}

impl From<InferredType> for InferredTypeView {
    fn from(InferredType { name, share, .. }: InferredType) -> Self {
        Self { name, share }
    }
}
