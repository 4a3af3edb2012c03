//! The public shape of what holds between the columns of one stream.

use serde::{Deserialize, Serialize};

use super::{Estimate, Sample};

/// What holds between columns. All figures but `rows` are computed on `sample`; they are exact where it is
/// [`Sample::All`].
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
    /// Rows that repeat an earlier one in every column: rows less different rows. Where 0 is an estimate, the
    /// sample met none, and with 95% confidence there are fewer than three times `rows` by the sample's size.
    pub duplicate_rows: Estimate,
}

/// How two columns of numbers, dates or instants move together, over the rows that have both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    pub left: String,
    pub right: String,
    /// Of the values, -1 to 1.
    pub pearson: f64,
    /// Of the ranks, equal values sharing their mean rank, -1 to 1.
    pub spearman: f64,
    /// Rows of the sample that have both.
    pub n: u64,
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
    /// Rows of the sample that have both.
    pub n: u64,
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
    pub exact: bool,
}
