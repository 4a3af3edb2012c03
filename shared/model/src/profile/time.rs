//! The public shape of statistics on dates and instants.

use serde::{Deserialize, Serialize};

/// The coarsest unit that all values are whole multiples of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    #[default]
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

/// Days without a value between two that have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// First and last day without a value, as dates.
    pub from: String,
    pub to: String,
    pub days: u64,
}

/// Days between earliest and latest that have no value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Gaps {
    /// Days per period that is looked at: 1 while the range is short, then 2, 4, 8, …
    pub period_days: u64,
    pub periods: u64,
    pub empty_periods: u64,
    /// Empty periods that are no Saturday or Sunday; equal to `empty_periods` where a period is not one day.
    pub empty_working_periods: u64,
    /// Longest first, five at most.
    pub longest: Vec<Gap>,
}

/// How values say their zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones {
    /// Typed instants, and texts that end in `Z`, `UTC` or `GMT`.
    pub utc: u64,
    /// Texts with another offset.
    pub offset: u64,
    /// Texts and dates without any.
    pub none: u64,
    /// Offsets met in texts, in minutes east of UTC, most frequent first, sixteen at most. Those that are no
    /// multiple of a quarter of an hour are in `offset` only.
    pub offsets: Vec<(i16, u64)>,
}

/// Statistics of dates and instants, typed or in texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TimeStatistics {
    pub count: u64,
    /// RFC 3339, or a date where the column holds dates.
    pub earliest: String,
    pub latest: String,
    pub granularity: Granularity,
    pub gaps: Gaps,
    /// Values later than the moment at which they were observed; `None` where nobody said when that was for
    /// any of them.
    pub future: Option<u64>,
    pub zones: Zones,
    /// Monday first.
    pub weekdays: [u64; 7],
    /// By hour of day as written (UTC for typed instants); dates are in none.
    pub hours: [u64; 24],
}
