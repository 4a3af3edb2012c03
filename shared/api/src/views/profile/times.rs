//! Dates and instants.

use forebay_model::profile::{Gap, Gaps, Granularity, TimeStatistics, Zones};
use serde::Serialize;
use utoipa::ToSchema;

/// Statistics of dates and instants, typed or in texts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TimeStatistics)]
pub struct TimesView {
    pub count: u64,
    /// RFC 3339, or a date where the column holds dates.
    pub earliest: String,
    pub latest: String,
    /// The coarsest unit that all values are whole multiples of: `year`, `month`, `day`, `hour`, `minute`, `second`, `millisecond` or `microsecond`.
    pub granularity: String,
    pub gaps: GapsView,
    /// Values later than the moment at which they were observed; null where nobody said when that was.
    #[schema(required = true)]
    pub future: Option<u64>,
    pub zones: ZonesView,
    /// Monday first.
    pub weekdays: Vec<u64>,
    /// By hour of day as written (UTC for typed instants).
    pub hours: Vec<u64>,
}

/// Days between earliest and latest that have no value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Gaps)]
pub struct GapsView {
    /// Days per period that is looked at: 1 while the range is short, then 2, 4, 8, …
    pub period_days: u64,
    pub periods: u64,
    pub empty_periods: u64,
    /// Empty periods that are no Saturday or Sunday.
    pub empty_working_periods: u64,
    /// Longest first, five at most.
    pub longest: Vec<GapView>,
}

/// Days without a value between two that have one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Gap)]
pub struct GapView {
    /// First day without a value.
    pub from: String,
    /// Last day without a value.
    pub to: String,
    pub days: u64,
}

/// How values say their zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Zones)]
pub struct ZonesView {
    /// Typed instants, and texts that end in `Z`, `UTC` or `GMT`.
    pub utc: u64,
    /// Texts with another offset.
    pub offset: u64,
    /// Texts and dates without any.
    pub none: u64,
    /// Most frequent first.
    pub offsets: Vec<OffsetView>,
}

/// An offset met in texts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ZoneOffset)]
pub struct OffsetView {
    /// East of UTC.
    pub minutes: i16,
    pub count: u64,
}

impl From<(i16, u64)> for OffsetView {
    fn from((minutes, count): (i16, u64)) -> Self {
        Self { minutes, count }
    }
}

fn granularity(of: Granularity) -> &'static str {
    match of {
        Granularity::Year => "year",
        Granularity::Month => "month",
        Granularity::Day => "day",
        Granularity::Hour => "hour",
        Granularity::Minute => "minute",
        Granularity::Second => "second",
        Granularity::Millisecond => "millisecond",
        Granularity::Microsecond => "microsecond",
    }
}

impl From<TimeStatistics> for TimesView {
    fn from(of: TimeStatistics) -> Self {
        Self {
            count: of.count,
            earliest: of.earliest,
            latest: of.latest,
            granularity: granularity(of.granularity).to_owned(),
            gaps: of.gaps.into(),
            future: of.future,
            zones: of.zones.into(),
            weekdays: of.weekdays.to_vec(),
            hours: of.hours.to_vec(),
        }
    }
}

impl From<Gaps> for GapsView {
    fn from(of: Gaps) -> Self {
        Self {
            period_days: of.period_days,
            periods: of.periods,
            empty_periods: of.empty_periods,
            empty_working_periods: of.empty_working_periods,
            longest: of.longest.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Gap> for GapView {
    fn from(of: Gap) -> Self {
        Self { from: of.from, to: of.to, days: of.days }
    }
}

impl From<Zones> for ZonesView {
    fn from(of: Zones) -> Self {
        Self {
            utc: of.utc,
            offset: of.offset,
            none: of.none,
            offsets: of.offsets.into_iter().map(Into::into).collect(),
        }
    }
}
