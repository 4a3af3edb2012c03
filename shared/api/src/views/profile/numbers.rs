//! Numbers.

use forebay_model::profile::{
    HistogramBin, LeadingDigits, NumberStatistics, OutlierExample, Outliers, Quantile,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Statistics of a column's numbers. Dates and instants count as seconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = NumberStatistics)]
pub struct NumbersView {
    /// Whether figures are left out because they are personal data or give it away: all that are values or made of
    /// values. Counts are there.
    pub masked: bool,
    /// Finite numbers.
    pub count: u64,
    /// Of them, those read from texts.
    pub from_text: u64,
    pub nan: u64,
    pub infinities: u64,
    /// Null of no numbers, and where masked.
    #[schema(required = true)]
    pub mean: Option<f64>,
    /// Sample standard deviation; null under two values, and where masked.
    #[schema(required = true)]
    pub standard_deviation: Option<f64>,
    /// Sample skewness g1; null under three values or where all are equal.
    #[schema(required = true)]
    pub skewness: Option<f64>,
    /// Excess kurtosis g2; null under four values or where all are equal.
    #[schema(required = true)]
    pub kurtosis: Option<f64>,
    /// Decimal text; null of no numbers, and where masked.
    #[schema(required = true)]
    pub sum: Option<String>,
    pub sum_exact: bool,
    pub zeros: u64,
    pub negatives: u64,
    /// Numbers without a fraction, whatever their type.
    pub integers: u64,
    /// None where masked, like bins, outliers and first digits.
    pub quantiles: Vec<QuantileView>,
    /// Rank error bound of `quantiles` and `histogram`, 99% confidence.
    pub rank_error: f64,
    pub histogram: Vec<HistogramBinView>,
    #[schema(required = true)]
    pub outliers: Option<OutliersView>,
    #[schema(required = true)]
    pub leading_digits: Option<LeadingDigitsView>,
}

/// A number and the share of numbers up to it.
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

/// Numbers beyond Tukey's outer fences, three times the distance of the quartiles away from them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Outliers)]
pub struct OutliersView {
    pub low_fence: f64,
    pub high_fence: f64,
    pub below: f64,
    pub above: f64,
    pub exact: bool,
    /// Records beyond the fences, the furthest first, five at most at each end; none of personal data.
    pub examples: Vec<OutlierExampleView>,
}

/// A record that holds an outlier, and where it lies.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = OutlierExample)]
pub struct OutlierExampleView {
    pub value: String,
    /// The record's key; null where keys are personal data.
    #[schema(required = true)]
    pub key: Option<String>,
    /// The page that brought it.
    pub page: String,
    /// Its place in the page, from 0.
    pub ordinal: u32,
}

/// First significant digits against Benford's law.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = LeadingDigits)]
pub struct LeadingDigitsView {
    /// Numbers that begin with 1, 2, … 9.
    pub counts: Vec<u64>,
    /// Mean absolute deviation of the shares from Benford's.
    pub deviation: f64,
    /// `close`, `acceptable`, `marginal` or `none`; null where the law is not to be expected.
    #[schema(required = true)]
    pub conformity: Option<String>,
}

impl From<NumberStatistics> for NumbersView {
    fn from(of: NumberStatistics) -> Self {
        Self {
            masked: of.masked,
            count: of.count,
            from_text: of.from_text,
            nan: of.nan,
            infinities: of.infinities,
            mean: of.mean,
            standard_deviation: of.standard_deviation,
            skewness: of.skewness,
            kurtosis: of.kurtosis,
            sum: of.sum,
            sum_exact: of.sum_exact,
            zeros: of.zeros,
            negatives: of.negatives,
            integers: of.integers,
            quantiles: of.quantiles.into_iter().map(Into::into).collect(),
            rank_error: of.rank_error,
            histogram: of.histogram.into_iter().map(Into::into).collect(),
            outliers: of.outliers.map(Into::into),
            leading_digits: of.leading_digits.map(Into::into),
        }
    }
}

impl From<Quantile> for QuantileView {
    fn from(of: Quantile) -> Self {
        Self { rank: of.rank, value: of.value }
    }
}

impl From<HistogramBin> for HistogramBinView {
    fn from(of: HistogramBin) -> Self {
        Self { low: of.low, high: of.high, count: of.count }
    }
}

impl From<OutlierExample> for OutlierExampleView {
    fn from(OutlierExample { value, key, page, ordinal }: OutlierExample) -> Self {
        Self { value, key, page, ordinal }
    }
}

impl From<Outliers> for OutliersView {
    fn from(of: Outliers) -> Self {
        Self {
            low_fence: of.low_fence,
            high_fence: of.high_fence,
            below: of.below,
            above: of.above,
            exact: of.exact,
            examples: of.examples.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<LeadingDigits> for LeadingDigitsView {
    fn from(of: LeadingDigits) -> Self {
        Self { counts: of.counts.to_vec(), deviation: of.deviation, conformity: of.conformity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_figure_is_null_and_not_zero() {
        let masked = NumberStatistics { masked: true, count: 3, ..NumberStatistics::default() };
        let view = serde_json::to_value(NumbersView::from(masked)).unwrap();
        for figure in
            ["mean", "sum", "standard_deviation", "skewness", "kurtosis", "outliers", "leading_digits"]
        {
            assert!(view[figure].is_null(), "{figure}: {}", view[figure]);
        }
        assert_eq!((&view["masked"], &view["count"]), (&serde_json::json!(true), &serde_json::json!(3)));
    }
}
