//! The public shape of statistics on numbers.

use serde::{Deserialize, Serialize};

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

/// Numbers beyond Tukey's outer fences, three times the distance of the quartiles away from them
/// (Tukey, Exploratory Data Analysis, 1977). Exact where the quantiles are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outliers {
    pub low_fence: f64,
    pub high_fence: f64,
    pub below: f64,
    pub above: f64,
    pub exact: bool,
    /// Records beyond the fences, the furthest first, five at most at each end. Only where records have addresses,
    /// and none of personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<OutlierExample>,
}

/// A record that holds an outlier, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlierExample {
    pub value: String,
    /// The record's key as text; `None` where keys are personal data.
    pub key: Option<String>,
    /// The page that brought it.
    pub page: String,
    /// Its place in the page, from 0.
    pub ordinal: u32,
}

/// How the first significant digits 1 to 9 are spread, against Benford's law.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadingDigits {
    /// Numbers that begin with 1, 2, … 9; zeros begin with none.
    pub counts: [u64; 9],
    /// Mean absolute deviation of the shares from Benford's.
    pub deviation: f64,
    /// Nigrini's bands (Benford's Law, 2012): `close` to 0.006, `acceptable` to 0.012, `marginal` to 0.015,
    /// then `none`. `None` where the law is not to be expected: under 300 numbers, or within two orders
    /// of magnitude.
    pub conformity: Option<String>,
}

/// Statistics of a column's numbers. Dates and instants count as seconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberStatistics {
    /// Whether figures are left out because they are personal data or give it away: all that are values or made of
    /// values. Counts are there.
    #[serde(default)]
    pub masked: bool,
    /// Finite numbers.
    pub count: u64,
    /// Numbers that are read from texts, where the column's texts are numbers or times.
    pub from_text: u64,
    pub nan: u64,
    pub infinities: u64,
    /// `None` of no numbers, and where masked.
    pub mean: Option<f64>,
    /// Sample standard deviation; `None` under two values.
    pub standard_deviation: Option<f64>,
    /// Sample skewness g1; `None` under three values or where all are equal.
    pub skewness: Option<f64>,
    /// Excess kurtosis g2; `None` under four values or where all are equal.
    pub kurtosis: Option<f64>,
    /// Decimal text, exact where all values were integers or decimals and the sum fits 96 bits;
    /// `None` where masked.
    pub sum: Option<String>,
    pub sum_exact: bool,
    pub zeros: u64,
    pub negatives: u64,
    /// Numbers without a fraction, whatever their type.
    pub integers: u64,
    pub quantiles: Vec<Quantile>,
    /// Rank error bound of `quantiles` and `histogram`, 99% confidence; 1 where the sample tells nothing of the others.
    pub rank_error: f64,
    pub histogram: Vec<HistogramBin>,
    pub outliers: Option<Outliers>,
    pub leading_digits: Option<LeadingDigits>,
}

impl Default for NumberStatistics {
    /// Of no numbers.
    fn default() -> Self {
        Self {
            masked: false,
            count: 0,
            from_text: 0,
            nan: 0,
            infinities: 0,
            mean: None,
            standard_deviation: None,
            skewness: None,
            kurtosis: None,
            sum: None,
            sum_exact: true,
            zeros: 0,
            negatives: 0,
            integers: 0,
            quantiles: Vec::new(),
            rank_error: 0.0,
            histogram: Vec::new(),
            outliers: None,
            leading_digits: None,
        }
    }
}
