//! What a column looks like: the public shape of its statistics. Every figure says whether it is exact.

mod number;
mod relations;
mod sensitive;
mod text;
mod time;
mod types;

use serde::{Deserialize, Serialize};

pub use number::{HistogramBin, LeadingDigits, NumberStatistics, OutlierExample, Outliers, Quantile};
pub use relations::{Association, Bounded, Correlation, Dependency, Interval, RelationsProfile};
pub use sensitive::{SensitiveFinding, SensitiveKind};
pub use text::{
    Casing, CharacterClasses, EncodingFaults, LengthBin, LengthStatistics, LongTexts, PatternCount,
    TextStatistics,
};
pub use time::{Gap, Gaps, Granularity, TimeStatistics, Zones};
pub use types::{FormatFinding, InferredType, TypeShare};

/// A figure, and how far it can be off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    /// Relative standard error; 0 where exact. Of the sample's own figure where some records are no part of it: how
    /// far off it is of all records is not known then, and the figure is not exact.
    pub relative_error: f64,
    pub exact: bool,
}

impl Estimate {
    pub const NONE: Self = Self::exact(0.0);

    pub const fn exact(value: f64) -> Self {
        Self { value, relative_error: 0.0, exact: true }
    }
}

impl Default for Estimate {
    fn default() -> Self {
        Self::NONE
    }
}

/// A value and how often it occurs; the true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequentValue {
    pub value: String,
    pub count: u64,
    pub error: u64,
}

/// Whether a column could be its table's key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyCandidate {
    /// Every row has a value and all values differ: counted, not estimated.
    Yes,
    /// Every row has a value, no value was seen twice, and the distinct estimate agrees with the rows.
    Likely,
    /// A row has no value, or a value occurs twice, or the distinct estimate is too low.
    #[default]
    No,
    /// Some of the rows were profiled before repeated values were looked for, and nothing else says no.
    Unknown,
}

/// Which records a profile was computed from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sample {
    /// Every record: the default.
    #[default]
    All,
    /// The first `size` records.
    First { size: u64, of: Option<u64> },
    /// `size` records, each record equally likely; repeatable by `seed`.
    Reservoir { size: u64, of: u64, seed: u64 },
    /// At most `size_per_stratum` records for each value of `column`, each equally likely.
    Stratified { column: String, size_per_stratum: u64, of: u64, seed: u64 },
    /// The `size` different records with the lowest hashes, each as often as it occurs, of `of` records: the same
    /// ones whatever the order and the split.
    LowestHashes { size: u64, of: u64 },
}

/// The profile of one column over some records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub column: String,
    /// What the figures were computed from.
    pub sample: Sample,
    pub rows: u64,
    /// Rows without a value, those that `missing` counts included.
    pub nulls: u64,
    /// Rows whose record did not have the field at all.
    pub missing: u64,
    /// Empty texts.
    pub empties: u64,
    /// Texts of white space only.
    pub blanks: u64,
    pub distinct: Estimate,
    /// Distinct values per row that has a value, 0 to 1.
    pub uniqueness: Estimate,
    /// Every row that has a value has the same one.
    pub constant: bool,
    pub key_candidate: KeyCandidate,
    /// Smallest and largest, as text: numbers and times by value, texts by code point, cut at 128 characters.
    pub min: Option<String>,
    pub max: Option<String>,
    pub numbers: Option<NumberStatistics>,
    pub lengths: Option<LengthStatistics>,
    pub texts: Option<TextStatistics>,
    pub times: Option<TimeStatistics>,
    pub frequent: Vec<FrequentValue>,
    pub inferred_type: InferredType,
    /// Kinds of personal data found, most certain first.
    pub sensitive: Vec<SensitiveFinding>,
    /// Whether all values in `min`, `max`, `frequent`, `numbers` and `times` are masked because of `sensitive`. Single
    /// values that prove by themselves to be personal data are masked in any column.
    pub masked: bool,
}
