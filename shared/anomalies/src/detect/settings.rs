//! What a caller says about a series: how many false alarms are tolerable, and what its values can be.

use forebay_model::Instant;
use forebay_model::anomaly::{Metric, SeriesKey};

/// What values a series can take; it decides the scale on which deviations are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Any number.
    Any,
    /// Never below 0; its noise grows with its level.
    NonNegative,
    /// A whole number, never below 0: its noise is at least that of counting.
    Count,
    /// 0 to 1.
    Share,
}

/// Which deviations are findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    Both,
    /// Only values above what was expected: nobody is alarmed by data that is fresher than usual.
    Above,
}

/// How a series is judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Of the usual points, the share that may be called unusual: 0.001 is one in a thousand points.
    pub target_false_alarm_rate: f64,
    /// Seconds east of UTC of the clock that hours and weekdays are taken from.
    pub zone_offset_seconds: i32,
    /// Where there are several points a day, hours and weekdays must have been seen for so many days before a
    /// point is judged.
    pub learning_days: f64,
    pub domain: Domain,
    pub sides: Sides,
    /// The smallest standard deviation that the series is believed to have, in its own unit: what keeps a
    /// series that never moved from calling its first flicker unusual.
    pub resolution: f64,
    /// What the series measures, for the sentence that explains a finding.
    pub series: Option<SeriesKey>,
}

/// False alarms in a thousand points, unless somebody says otherwise.
pub const DEFAULT_RATE: f64 = 0.001;

impl Settings {
    /// The settings that suit the series' metric, at [`DEFAULT_RATE`], by UTC.
    pub fn for_series(series: &SeriesKey) -> Self {
        use Metric::*;
        let (domain, resolution) = match series.metric {
            Volume | Distinct => (Domain::Count, 0.5),
            // One change must be enough.
            SchemaChange => (Domain::Count, 0.02),
            NullShare | Uniqueness | DistributionShift | RuleViolations => (Domain::Share, 0.002),
            Freshness => (Domain::NonNegative, 30.0),
            StandardDeviation | MeanLength => (Domain::NonNegative, 0.0),
            Mean | Min | Max | Median => (Domain::Any, 0.0),
        };
        let sides = match series.metric {
            Freshness | DistributionShift | SchemaChange | RuleViolations => Sides::Above,
            _ => Sides::Both,
        };
        Self { domain, sides, resolution, series: Some(series.clone()), ..Self::default() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            target_false_alarm_rate: DEFAULT_RATE,
            zone_offset_seconds: 0,
            learning_days: 14.0,
            domain: Domain::Any,
            sides: Sides::Both,
            resolution: 0.0,
            series: None,
        }
    }
}

/// What people said about a series' past.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// Points that were called unusual and were not, in the order of time: they count as usual, and what is
    /// no further off than they were is usual from then on.
    pub false_alarms: Vec<Instant>,
    /// From and to, both included, such as holidays and maintenance: points in them teach nothing and are
    /// never called unusual.
    pub ignored: Vec<(Instant, Instant)>,
}

impl Marks {
    pub(crate) fn ignores(&self, at: Instant) -> bool {
        self.ignored.iter().any(|(from, to)| (*from..=*to).contains(&at))
    }

    pub(crate) fn is_false_alarm(&self, at: Instant) -> bool {
        self.false_alarms.contains(&at)
    }
}
