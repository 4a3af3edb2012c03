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

fn column(profile: &ColumnProfile, before: Option<&ColumnProfile>) -> Vec<(Metric, f64)> {
    let mut measured = vec![(Metric::NullShare, profile.nulls as f64 / profile.rows as f64)];
    if profile.nulls >= profile.rows {
        return measured;
    }
    measured.push((Metric::Uniqueness, profile.uniqueness.value));
    measured.push((Metric::Distinct, profile.distinct.value));
    let personal = profile.masked || !profile.sensitive.is_empty();
    if let Some(numbers) = profile.numbers.as_ref().filter(|n| n.count > 0 && !personal) {
        measured.extend(number(numbers));
    }
    if let Some(lengths) = &profile.lengths {
        measured.push((Metric::MeanLength, lengths.mean));
    }
    if let Some(shift) = before.and_then(|before| distance::shift(before, profile)) {
        measured.push((Metric::DistributionShift, shift.distance()));
    }
    measured
}

fn number(numbers: &NumberStatistics) -> impl Iterator<Item = (Metric, f64)> {
    let at = |rank: f64| numbers.quantiles.iter().find(|q| q.rank == rank).map(|q| q.value);
    let measured = [
        (Metric::Mean, numbers.mean),
        (Metric::StandardDeviation, numbers.standard_deviation),
        (Metric::Min, at(0.0)),
        (Metric::Max, at(1.0)),
        (Metric::Median, at(0.5)),
    ];
    measured.into_iter().filter_map(|(metric, value)| Some((metric, value?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::profile::{Estimate, LengthStatistics, Quantile, SensitiveFinding, SensitiveKind};

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
            ..NumberStatistics::default()
        };
        ColumnProfile {
            column: "amount".into(),
            rows: 100,
            nulls: 10,
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
            (Metric::Mean, 4.0),
            (Metric::StandardDeviation, 2.0),
            (Metric::Min, 1.0),
            (Metric::Max, 9.0),
            (Metric::Median, 3.0),
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
        let values = [Metric::Mean, Metric::StandardDeviation, Metric::Min, Metric::Max, Metric::Median];
        let measured = metrics(&measure(&facts(), &[personal], &[]));
        assert!(measured.iter().all(|(metric, _)| !values.contains(metric)), "{measured:?}");
        assert!(measured.iter().any(|(metric, _)| *metric == Metric::NullShare));
    }
}
