use forebay_model::Instant;
use forebay_model::anomaly::{Anomaly, Expected, Metric, SeriesKey};
use forebay_ports::repository::{Mark, StoredPoint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a series measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Metric)]
pub enum MetricView {
    Volume,
    Freshness,
    NullShare,
    BlankShare,
    MisfitShare,
    ZeroShare,
    NegativeShare,
    OutlierShare,
    FutureShare,
    Uniqueness,
    Distinct,
    Mean,
    StandardDeviation,
    Min,
    Max,
    Median,
    Sum,
    MeanLength,
    DistributionShift,
    SchemaChange,
    RuleViolations,
}

/// What was to be expected: between `low` and `high` the point would have been usual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = Expected)]
pub struct ExpectedView {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// An unusual point of a series.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Anomaly)]
pub struct AnomalyView {
    pub id: String,
    pub source: String,
    pub stream: String,
    /// Null where the stream itself is measured; a rule's id for `rule_violations`.
    #[schema(required = true)]
    pub column: Option<String>,
    pub metric: MetricView,
    pub run: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub observed: f64,
    pub expected: ExpectedView,
    /// How far off, in the series' own robust standard deviations.
    pub deviations: f64,
    /// The chance that a usual point is as far off.
    pub chance: f64,
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    pub explanation: String,
    /// Somebody said that it is none; the series learns from it.
    pub false_alarm: bool,
}

/// A measured figure of a stream or a column over its runs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Series)]
pub struct SeriesView {
    #[schema(required = true)]
    pub column: Option<String>,
    pub metric: MetricView,
    /// Oldest first.
    pub points: Vec<PointView>,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Point)]
pub struct PointView {
    pub run: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub value: f64,
    /// It looked unusual and is not.
    pub false_alarm: bool,
}

impl From<Anomaly> for AnomalyView {
    fn from(anomaly: Anomaly) -> Self {
        let Anomaly { id, series, run, at, observed, expected, finding, false_alarm } = anomaly;
        Self {
            id,
            source: series.source.into(),
            stream: series.stream.into(),
            column: series.column,
            metric: series.metric.into(),
            run: run.into(),
            at,
            observed,
            expected: expected.into(),
            deviations: finding.deviations,
            chance: finding.chance,
            since: finding.since,
            explanation: finding.explanation,
            false_alarm,
        }
    }
}

impl From<Expected> for ExpectedView {
    fn from(Expected { value, low, high }: Expected) -> Self {
        Self { value, low, high }
    }
}

impl From<(SeriesKey, Vec<StoredPoint>)> for SeriesView {
    fn from((key, points): (SeriesKey, Vec<StoredPoint>)) -> Self {
        let points = points.into_iter().map(|stored| PointView {
            run: stored.run.into(),
            at: stored.point.at,
            value: stored.point.value,
            false_alarm: stored.mark == Mark::FalseAlarm,
        });
        Self { column: key.column, metric: key.metric.into(), points: points.collect() }
    }
}

/// Both ways between the two lists of metrics.
macro_rules! metrics {
    ($($name:ident),*) => {
        impl From<Metric> for MetricView {
            fn from(metric: Metric) -> Self {
                match metric { $(Metric::$name => Self::$name),* }
            }
        }

        impl From<MetricView> for Metric {
            fn from(metric: MetricView) -> Self {
                match metric { $(MetricView::$name => Self::$name),* }
            }
        }
    };
}

metrics!(
    Volume,
    Freshness,
    NullShare,
    BlankShare,
    MisfitShare,
    ZeroShare,
    NegativeShare,
    OutlierShare,
    FutureShare,
    Uniqueness,
    Distinct,
    Mean,
    StandardDeviation,
    Min,
    Max,
    Median,
    Sum,
    MeanLength,
    DistributionShift,
    SchemaChange,
    RuleViolations
);
