//! The public shape of what holds between the columns of one stream.

use serde::{Deserialize, Serialize};

use super::Sample;

/// Where the figure of all rows lies, with 95% confidence; both ends are the figure itself where it is exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// A count with the interval in which the true one lies with 95% confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounded {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Whether it was counted; then `low` and `high` are `value`.
    pub exact: bool,
}

impl Bounded {
    pub const fn exact(value: f64) -> Self {
        Self { value, low: value, high: value, exact: true }
    }
}

impl Default for Bounded {
    fn default() -> Self {
        Self::exact(0.0)
    }
}

/// What holds between columns. All figures but `rows` and the counts of repeats are computed on `sample`; they are exact
/// where it is [`Sample::All`], and have an interval of 95% confidence elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RelationsProfile {
    pub rows: u64,
    pub sample: Sample,
    /// The columns that were compared, in order: 32 at most.
    pub columns: Vec<String>,
    /// Strongest first.
    pub correlations: Vec<Correlation>,
    /// Strongest first.
    pub associations: Vec<Association>,
    /// Best supported first.
    pub dependencies: Vec<Dependency>,
    /// Rows that repeat an earlier one in every column: rows less different rows.
    pub duplicate_rows: Bounded,
    /// Different rows that occur more than once.
    pub repeated_rows: Bounded,
}

/// How two columns of numbers, dates or instants move together, over the rows that have both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    pub left: String,
    pub right: String,
    /// Of the values, -1 to 1.
    pub pearson: f64,
    /// -1 to 1 where a few rows decide it, so that the sample cannot tell.
    pub pearson_interval: Interval,
    /// Of the ranks, equal values sharing their mean rank, -1 to 1.
    pub spearman: f64,
    pub spearman_interval: Interval,
    /// Rows of the sample that have both, repeats included.
    pub n: u64,
    /// How many rows drawn one by one would tell as much: fewer than `n` where rows of the sample repeat, since a row is
    /// in it with all its repeats (Kish 1965). `n` where exact.
    pub n_effective: f64,
    /// Whether all rows were looked at.
    pub exact: bool,
}

/// How much one of two columns with few different values says about the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Association {
    pub left: String,
    pub right: String,
    /// Cramér's V with Bergsma's correction for bias (2013), 0 to 1.
    pub cramers_v: f64,
    /// Over the categories that the sample met. 0 to 1 where it has too few rows for them to tell.
    pub interval: Interval,
    /// Rows of the sample that have both, repeats included.
    pub n: u64,
    /// As of [`Correlation`].
    pub n_effective: f64,
    pub exact: bool,
}

/// Rows that agree in `determinant` agree in `dependent`, without exception in the sample. Not listed: what follows
/// from a column that is constant or never repeats, and what chance would show as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    pub determinant: String,
    pub dependent: String,
    /// Different values of the determinant in the sample.
    pub determinants: u64,
    /// Different rows of the sample that could have broken it: those beyond the first of each determinant.
    pub support: u64,
    /// With 95% confidence at most this share of the different rows whose determinant repeats is an exception; 0 where
    /// exact. A determinant counts by the rows beyond its first.
    pub exceptions_at_most: f64,
    pub exact: bool,
}
