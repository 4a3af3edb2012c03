//! What is measured of streams and columns over time, and what is unusual about it.

use serde::{Deserialize, Serialize};

use crate::ids::{RunId, SourceId, StreamName};
use crate::instant::Instant;

/// What a series measures: a stream, or one of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SeriesKey {
    pub source: SourceId,
    pub stream: StreamName,
    pub column: Option<String>,
    pub metric: Metric,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Records of a run.
    Volume,
    /// Seconds between the newest change that a run saw and the run's start.
    Freshness,
    NullShare,
    /// Empty texts and texts of white space only, per value.
    BlankShare,
    /// Values that do not fit the column's inferred type, per filled value; of typed columns only.
    MisfitShare,
    /// Zeros per number; not of times.
    ZeroShare,
    /// Numbers below zero per number; not of times.
    NegativeShare,
    /// Numbers and times beyond the fences of their own run, per number.
    OutlierShare,
    /// Times later than the moment at which they were observed, per time.
    FutureShare,
    /// Distinct values per filled value.
    Uniqueness,
    Distinct,
    Mean,
    StandardDeviation,
    Min,
    Max,
    Median,
    /// Not of times.
    Sum,
    MeanLength,
    /// Distance between a run's distribution and the one of the newest run before that had records, 0 to 1.
    DistributionShift,
    /// Columns that appeared, vanished or changed their type.
    SchemaChange,
    /// Share of records that violate a rule; the series' column names the rule.
    RuleViolations,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub at: Instant,
    pub value: f64,
}

/// What the history says of a new point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verdict {
    /// Too little history; how many more points are needed.
    Learning {
        needed: u32,
    },
    Usual {
        expected: Expected,
    },
    Unusual {
        expected: Expected,
        finding: Unusual,
    },
}

/// What was to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub value: f64,
    /// Between these the point would have been usual.
    pub low: f64,
    pub high: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unusual {
    /// How far off, in the series' own robust standard deviations.
    pub deviations: f64,
    /// The chance that a usual point is as far off: 0.001 is once in a thousand points.
    pub chance: f64,
    /// The first of the unusual points without a usual one between.
    pub since: Instant,
    /// In a sentence: what was expected, what came, how unusual, and since when.
    pub explanation: String,
}

/// An unusual point of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Derived from series and time: the same point found twice is one anomaly.
    pub id: String,
    pub series: SeriesKey,
    pub run: RunId,
    pub at: Instant,
    pub observed: f64,
    pub expected: Expected,
    pub finding: Unusual,
    /// Marked by a person as no anomaly; the series learns from it.
    pub false_alarm: bool,
}
