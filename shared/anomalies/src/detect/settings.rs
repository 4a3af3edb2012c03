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
    /// A sum over what came: in proportion to its size where nearly all of the series has one sign, as debits or
    /// credits have; any number where it has both.
    Total,
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
    /// Of a share, how much one of its records is of it: one part of as many as there were; 0 where that is not
    /// known. The fewer records, the more a share differs by chance.
    pub step: f64,
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
            NullShare | BlankShare | MisfitShare | ZeroShare | NegativeShare | OutlierShare | FutureShare
            | Uniqueness | DistributionShift | RuleViolations => (Domain::Share, 0.002),
            Freshness => (Domain::NonNegative, 30.0),
            StandardDeviation | MeanLength => (Domain::NonNegative, 0.0),
            Mean | Min | Max | Median => (Domain::Any, 0.0),
            Sum => (Domain::Total, 0.0),
        };
        let sides = match series.metric {
            Freshness | DistributionShift | SchemaChange | RuleViolations => Sides::Above,
            BlankShare | MisfitShare | OutlierShare => Sides::Above,
            _ => Sides::Both,
        };
        Self { domain, sides, resolution, series: Some(series.clone()), ..Self::default() }
    }
}

impl Settings {
    /// The same for a share of so many records; other series do not mind.
    pub fn of_records(self, records: u64) -> Self {
        let step = if self.domain == Domain::Share && records > 0 { 1.0 / records as f64 } else { 0.0 };
        Self { step, ..self }
    }
}

/// Smaller chances than this no series is long enough to tell; smaller targets count as this one.
pub(crate) const LEAST_CHANCE: f64 = 1e-12;

impl Settings {
    /// The target, between [`LEAST_CHANCE`] and 1; [`DEFAULT_RATE`] where it is not a number.
    pub(crate) fn target(&self) -> f64 {
        let target = self.target_false_alarm_rate;
        if target.is_nan() { DEFAULT_RATE } else { target.clamp(LEAST_CHANCE, 1.0) }
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
            step: 0.0,
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

    /// For many questions.
    pub(crate) fn sorted(&self) -> SortedMarks {
        let mut false_alarms = self.false_alarms.clone();
        false_alarms.sort_unstable();
        let mut intervals = self.ignored.clone();
        intervals.retain(|(from, to)| from <= to);
        intervals.sort_unstable();
        let mut ignored: Vec<(Instant, Instant)> = Vec::with_capacity(intervals.len());
        for (from, to) in intervals {
            match ignored.last_mut() {
                Some((_, end)) if from <= *end => *end = to.max(*end),
                _ => ignored.push((from, to)),
            }
        }
        SortedMarks { false_alarms, ignored }
    }
}

/// [`Marks`] in the order of time, intervals that overlap made one.
#[derive(Debug)]
pub(crate) struct SortedMarks {
    false_alarms: Vec<Instant>,
    ignored: Vec<(Instant, Instant)>,
}

impl SortedMarks {
    pub fn ignores(&self, at: Instant) -> bool {
        let begun = self.ignored.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).is_some_and(|last| self.ignored[last].1 >= at)
    }

    pub fn is_false_alarm(&self, at: Instant) -> bool {
        self.false_alarms.binary_search(&at).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorted_marks_answer_as_the_others_do(
            alarms in proptest::collection::vec(0i64..40, 0..6),
            ignored in proptest::collection::vec((0i64..40, -3i64..9), 0..6),
        ) {
            let at = Instant::from_micros;
            let ignored = ignored.into_iter().map(|(from, length)| (at(from), at(from + length))).collect();
            let marks = Marks { false_alarms: alarms.into_iter().map(at).collect(), ignored };
            let sorted = marks.sorted();
            for time in (-5..60).map(at) {
                prop_assert_eq!(marks.ignores(time), sorted.ignores(time));
                prop_assert_eq!(marks.is_false_alarm(time), sorted.is_false_alarm(time));
            }
        }
    }
}
