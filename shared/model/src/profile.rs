//! What a column looks like: the public shape of its statistics. Every figure says whether it is exact.

use serde::{Deserialize, Serialize};

/// A figure, and how far it can be off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    /// Relative standard error; 0 where exact.
    pub relative_error: f64,
    pub exact: bool,
}

/// A value and how often it occurs; the true count lies between `count - error` and `count`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequentValue {
    pub value: String,
    pub count: u64,
    pub error: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// 0 to 1.
    pub rank: f64,
    pub value: f64,
}

/// `low <= x < high`; the last bin includes `high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HistogramBin {
    pub low: f64,
    pub high: f64,
    pub count: f64,
}

/// Statistics of a column's numbers. Dates and instants count as seconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberStatistics {
    pub count: u64,
    pub mean: f64,
    /// Sample standard deviation; `None` under two values.
    pub standard_deviation: Option<f64>,
    /// Decimal text, exact where all values were integers or decimals and the sum fits 96 bits.
    pub sum: String,
    pub sum_exact: bool,
    pub zeros: u64,
    pub negatives: u64,
    pub quantiles: Vec<Quantile>,
    /// Rank error bound of `quantiles` and `histogram`, 99% confidence.
    pub rank_error: f64,
    pub histogram: Vec<HistogramBin>,
}

/// Lengths in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LengthStatistics {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

/// A type that the column's values would fit, and the share that does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InferredType {
    /// `boolean`, `integer`, `decimal`, `date`, `timestamp`, `uuid`, `email`, `url`, `json`, `text`, `empty`.
    pub name: String,
    pub share: f64,
}

/// The profile of one column over some records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub column: String,
    pub rows: u64,
    pub nulls: u64,
    /// Empty texts.
    pub empties: u64,
    /// Texts of white space only.
    pub blanks: u64,
    pub distinct: Estimate,
    /// Smallest and largest, as text: numbers and times by value, texts by code point, cut at 128 characters.
    pub min: Option<String>,
    pub max: Option<String>,
    pub numbers: Option<NumberStatistics>,
    pub lengths: Option<LengthStatistics>,
    pub frequent: Vec<FrequentValue>,
    pub inferred_type: InferredType,
}
