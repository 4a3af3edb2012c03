//! Which series a finished run gives, and their newest points.

use std::collections::BTreeMap;

use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::profile::{ColumnProfile, NumberStatistics};
use forebay_model::rule::RuleOutcome;
use forebay_model::{Instant, SourceId, StreamName};

use crate::{distance, schema};

/// What is known of one stream of a finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamFacts {
    pub source: SourceId,
    pub stream: StreamName,
    pub records: u64,
    /// When the run began: the time of all its points.
    pub started: Instant,
    /// The newest change that the run saw, by the source's clock; `None` where records carry no time.
    pub newest_change: Option<Instant>,
}

impl StreamFacts {
    fn point(&self, column: Option<&str>, metric: Metric, value: f64) -> (SeriesKey, Point) {
        let key = SeriesKey {
            source: self.source.clone(),
            stream: self.stream.clone(),
            column: column.map(str::to_owned),
            metric,
        };
        (key, Point { at: self.started, value })
    }
}

/// Every series of the stream and its columns that the run has a finite point for. `previous` are the same
/// stream's profiles of the newest run before that had records; empty where there are none. Of columns with personal data
/// nothing is measured that is a value, or made of values.
pub fn measure(
    facts: &StreamFacts,
    profiles: &[ColumnProfile],
    previous: &[ColumnProfile],
) -> Vec<(SeriesKey, Point)> {
    let mut points = vec![facts.point(None, Metric::Volume, facts.records as f64)];
    if let Some(newest) = facts.newest_change {
        let seconds = facts.started.micros().saturating_sub(newest.micros()) as f64 / 1e6;
        points.push(facts.point(None, Metric::Freshness, seconds.max(0.0)));
    }
    if profiles.iter().any(|p| p.rows > 0) && !previous.is_empty() {
        let changes = schema::changes(previous, profiles).len();
        points.push(facts.point(None, Metric::SchemaChange, changes as f64));
    }
    let known: BTreeMap<&str, &ColumnProfile> = previous.iter().map(|p| (p.column.as_str(), p)).collect();
    for profile in profiles.iter().filter(|p| p.rows > 0) {
        let before = known.get(profile.column.as_str()).copied();
        let measured = column(profile, before).into_iter().filter(|(_, value)| value.is_finite());
        points.extend(measured.map(|(metric, value)| facts.point(Some(&profile.column), metric, value)));
    }
    points
}

/// The share of records that violate each rule; rules that applied to none, or could not be checked, have
/// no point.
pub fn measure_rules(facts: &StreamFacts, outcomes: &[RuleOutcome]) -> Vec<(SeriesKey, Point)> {
    let checked = outcomes.iter().filter(|o| o.checked > 0 && o.failure.is_none() && !o.deferred);
    let share = |o: &RuleOutcome| o.violations as f64 / o.checked as f64;
    checked.map(|o| facts.point(Some(&o.rule.0), Metric::RuleViolations, share(o))).collect()
}

/// Of how many records a series' point is a share: the fewer, the more it differs by chance. 0 where it is no share
/// of records that are counted one by one. `profile` is the column's, `outcome` the rule's.
pub fn records_of(metric: Metric, profile: Option<&ColumnProfile>, outcome: Option<&RuleOutcome>) -> u64 {
    use Metric::*;
    let of_numbers = profile.and_then(|p| p.numbers.as_ref()).map(|numbers| numbers.count);
    let of_times = profile.and_then(|p| p.times.as_ref()).map(|times| times.count);
    let records = match metric {
        NullShare => profile.map(|profile| profile.rows),
        BlankShare | MisfitShare => profile.map(|profile| profile.rows.saturating_sub(profile.nulls)),
        ZeroShare | NegativeShare | OutlierShare => of_numbers,
        FutureShare => of_times,
        RuleViolations => outcome.map(|outcome| outcome.checked),
        Volume | Freshness | Uniqueness | Distinct | Mean | StandardDeviation | Min | Max | Median | Sum
        | MeanLength | DistributionShift | SchemaChange => None,
    };
    records.unwrap_or(0)
}

fn column(profile: &ColumnProfile, before: Option<&ColumnProfile>) -> Vec<(Metric, f64)> {
    let mut measured = vec![(Metric::NullShare, profile.nulls as f64 / profile.rows as f64)];
    if profile.nulls >= profile.rows {
        return measured;
    }
    measured.push((Metric::Uniqueness, profile.uniqueness.value));
    measured.push((Metric::Distinct, profile.distinct.value));
    measured.extend(faults(profile));
    let personal = profile.masked || !profile.sensitive.is_empty();
    if let Some(numbers) = profile.numbers.as_ref().filter(|n| n.count > 0) {
        let is_time = profile.times.is_some();
        measured.extend(shares(numbers, is_time));
        if !personal {
            measured.extend(number(numbers, is_time));
        }
    }
    if let Some(lengths) = &profile.lengths {
        measured.push((Metric::MeanLength, lengths.mean));
    }
    let before = before.filter(|before| !distance::moves_on(before, profile));
    if let Some(shift) = before.and_then(|before| distance::shift(before, profile)) {
        measured.push((Metric::DistributionShift, shift.distance()));
    }
    measured
}

/// What share of the column's values is not as values of it should be. Only where there could be such values: a
/// column of numbers has no blank texts, and every text fits a text.
fn faults(profile: &ColumnProfile) -> impl Iterator<Item = (Metric, f64)> {
    let values = profile.rows.saturating_sub(profile.nulls) as f64;
    let blank = profile.empties.saturating_add(profile.blanks);
    let has_texts = profile.texts.is_some() || profile.lengths.is_some() || blank > 0;
    let is_typed = !matches!(profile.inferred_type.name.as_str(), "text" | "empty");
    let times = profile.times.as_ref().filter(|times| times.count > 0);
    let future = times.and_then(|times| Some(times.future? as f64 / times.count as f64));
    let measured = [
        (Metric::BlankShare, has_texts.then_some(blank as f64 / values)),
        (Metric::MisfitShare, is_typed.then_some((1.0 - profile.inferred_type.share).max(0.0))),
        (Metric::FutureShare, future),
    ];
    measured.into_iter().filter_map(|(metric, value)| Some((metric, value?)))
}

/// Counts of numbers, which are no values: they are measured of personal data too, as far as its profile has them.
/// Times are numbers in name only: zero is 1970.
fn shares(numbers: &NumberStatistics, is_time: bool) -> impl Iterator<Item = (Metric, f64)> {
    let share = |count: f64| count / numbers.count as f64;
    let outliers = numbers.outliers.as_ref().map(|o| share(o.below + o.above));
    let measured = [
        (Metric::ZeroShare, (!is_time).then_some(share(numbers.zeros as f64))),
        (Metric::NegativeShare, (!is_time).then_some(share(numbers.negatives as f64))),
        (Metric::OutlierShare, outliers),
    ];
    measured.into_iter().filter_map(|(metric, value)| Some((metric, value?)))
}

fn number(numbers: &NumberStatistics, is_time: bool) -> impl Iterator<Item = (Metric, f64)> {
    let at = |rank: f64| numbers.quantiles.iter().find(|q| q.rank == rank).map(|q| q.value);
    let sum = numbers.sum.as_deref().filter(|_| !is_time).and_then(|sum| sum.parse().ok());
    let measured = [
        (Metric::Mean, numbers.mean),
        (Metric::StandardDeviation, numbers.standard_deviation),
        (Metric::Min, at(0.0)),
        (Metric::Max, at(1.0)),
        (Metric::Median, at(0.5)),
        (Metric::Sum, sum),
    ];
    measured.into_iter().filter_map(|(metric, value)| Some((metric, value?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::profile::{
        Estimate, InferredType, LengthStatistics, Outliers, Quantile, SensitiveFinding, SensitiveKind,
        TimeStatistics,
    };

    fn facts() -> StreamFacts {
        StreamFacts {
            source: SourceId::new("crm").unwrap(),
            stream: StreamName::new("customer").unwrap(),
            records: 100,
            started: Instant::from_micros(7_200_000_000),
            newest_change: Some(Instant::EPOCH),
        }
    }

    fn amount() -> ColumnProfile {
        let quantiles =
            [(0.0, 1.0), (0.5, 3.0), (1.0, 9.0)].map(|(rank, value)| Quantile { rank, value }).to_vec();
        let numbers = NumberStatistics {
            count: 90,
            mean: Some(4.0),
            standard_deviation: Some(2.0),
            quantiles,
            sum: Some("360.00".into()),
            zeros: 9,
            negatives: 18,
            outliers: Some(Outliers {
                low_fence: 0.0,
                high_fence: 8.0,
                below: 0.0,
                above: 4.5,
                exact: true,
                examples: Vec::new(),
            }),
            ..NumberStatistics::default()
        };
        ColumnProfile {
            column: "amount".into(),
            rows: 100,
            nulls: 10,
            empties: 3,
            blanks: 6,
            inferred_type: InferredType { name: "decimal".into(), share: 0.75, ..InferredType::default() },
            distinct: Estimate::exact(45.0),
            uniqueness: Estimate::exact(0.5),
            numbers: Some(numbers),
            lengths: Some(LengthStatistics { min: 1, max: 3, mean: 2.0 }),
            ..ColumnProfile::default()
        }
    }

    fn metrics(points: &[(SeriesKey, Point)]) -> Vec<(Metric, f64)> {
        points.iter().map(|(key, point)| (key.metric, point.value)).collect()
    }

    #[test]
    fn every_metric_of_a_run_is_measured() {
        let points = measure(&facts(), &[amount()], &[amount()]);
        let expected = [
            (Metric::Volume, 100.0),
            (Metric::Freshness, 7200.0),
            (Metric::SchemaChange, 0.0),
            (Metric::NullShare, 0.1),
            (Metric::Uniqueness, 0.5),
            (Metric::Distinct, 45.0),
            (Metric::BlankShare, 0.1),
            (Metric::MisfitShare, 0.25),
            (Metric::ZeroShare, 0.1),
            (Metric::NegativeShare, 0.2),
            (Metric::OutlierShare, 0.05),
            (Metric::Mean, 4.0),
            (Metric::StandardDeviation, 2.0),
            (Metric::Min, 1.0),
            (Metric::Max, 9.0),
            (Metric::Median, 3.0),
            (Metric::Sum, 360.0),
            (Metric::MeanLength, 2.0),
            (Metric::DistributionShift, 0.0),
        ];
        assert_eq!(metrics(&points), expected);
        assert!(points.iter().all(|(_, point)| point.at == facts().started));
    }

    #[test]
    fn of_personal_data_no_value_is_measured() {
        let finding = SensitiveFinding {
            kind: SensitiveKind::NationalId,
            detail: None,
            share: 1.0,
            exact: true,
            confidence: 0.9,
        };
        let personal = ColumnProfile { sensitive: vec![finding], ..amount() };
        let values =
            [Metric::Mean, Metric::StandardDeviation, Metric::Min, Metric::Max, Metric::Median, Metric::Sum];
        let measured = metrics(&measure(&facts(), &[personal], &[]));
        assert!(measured.iter().all(|(metric, _)| !values.contains(metric)), "{measured:?}");
        for share in [Metric::NullShare, Metric::ZeroShare, Metric::OutlierShare] {
            assert!(measured.iter().any(|(metric, _)| *metric == share), "{measured:?}");
        }
    }

    #[test]
    fn of_times_no_zeros_and_sums_are_measured_but_what_is_in_the_future() {
        let times = TimeStatistics { count: 90, future: Some(9), ..TimeStatistics::default() };
        let due = ColumnProfile { times: Some(times), ..amount() };
        let measured = metrics(&measure(&facts(), &[due], &[]));
        let is_there = |metric: Metric| measured.iter().any(|(measured, _)| *measured == metric);
        assert!(measured.contains(&(Metric::FutureShare, 0.1)), "{measured:?}");
        assert!(!is_there(Metric::ZeroShare) && !is_there(Metric::NegativeShare) && !is_there(Metric::Sum));
        assert!(is_there(Metric::OutlierShare) && is_there(Metric::Max));
    }

    #[test]
    fn shares_are_of_the_records_that_are_counted() {
        let of = |metric: Metric| records_of(metric, Some(&amount()), None);
        assert_eq!((of(Metric::NullShare), of(Metric::OutlierShare), of(Metric::Mean)), (100, 90, 0));
    }

    #[test]
    fn where_no_value_can_be_blank_or_of_another_type_that_is_not_measured() {
        let text = InferredType { name: "text".into(), share: 1.0, ..InferredType::default() };
        let (empties, blanks, lengths) = (0, 0, None);
        let typed = ColumnProfile { empties, blanks, lengths, inferred_type: text, ..amount() };
        let measured = metrics(&measure(&facts(), &[typed], &[]));
        let faults = [Metric::BlankShare, Metric::MisfitShare];
        assert!(measured.iter().all(|(metric, _)| !faults.contains(metric)), "{measured:?}");
    }
}
