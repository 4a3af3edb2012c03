//! What was measured of a stream becomes points of its series; what is unusual becomes anomalies, and folds into
//! alerts. Every step can be repeated: points and anomalies are named by what they are, and a run's findings are
//! folded once.

use std::collections::BTreeMap;

use forebay_anomalies::alerts::{Round, RuleInRun, anomaly_id};
use forebay_anomalies::sudden::{Compared, judge};
use forebay_anomalies::{Marks, Settings, metrics, schema};
use forebay_model::alert::CauseKind;
use forebay_model::anomaly::{Anomaly, Metric, Point, SeriesKey, Verdict};
use forebay_model::profile::ColumnProfile;
use forebay_model::rule::{Rule, RuleId, RuleOutcome, VersionedRule};
use forebay_model::{RunId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Mark, StoredPoint};

use crate::engine::Engine;
use crate::excluded::Excluded;
use crate::measure::has_rows;

/// What a baseline may look back on.
pub(crate) const HISTORY_SECONDS: i64 = 400 * 86_400;
/// The newest of it that are read of a series: twenty days of a stream that is read every quarter of an hour.
const HISTORY_POINTS: usize = 2_000;
/// Where excluded times hide some of those, at most so many are read for others in their place.
const MOST_POINTS: usize = 4 * HISTORY_POINTS;

/// What is judged: a stream's part of a run, and what was measured of it.
#[derive(Debug)]
pub(crate) struct Measured<'a> {
    pub tenant: &'a TenantId,
    pub run: &'a RunId,
    /// Of its profile.
    pub revision: u64,
    pub facts: &'a metrics::StreamFacts,
    pub profiles: &'a [ColumnProfile],
    /// Of the newest run before that had records; empty where there is none.
    pub previous: &'a [ColumnProfile],
    pub rules: &'a [VersionedRule],
    pub outcomes: &'a [RuleOutcome],
    pub excluded: &'a Excluded,
}

impl Engine {
    pub(crate) async fn judge(&self, measured: &Measured<'_>) -> Result<(), PortError> {
        let Measured { tenant, run, facts, .. } = *measured;
        let mut points = metrics::measure(facts, measured.profiles, measured.previous);
        points.extend(metrics::measure_rules(facts, measured.outcomes));
        self.repository.append_points(tenant, run, &points).await?;
        let mut anomalies = self.unusual_points(measured, points).await?;
        name_columns(&mut anomalies, measured);
        self.repository.save_anomalies(tenant, &anomalies).await?;
        self.fold_alerts(measured, &anomalies).await
    }

    /// Reads the past of one column at a time, so that memory does not grow with the stream's columns: up to 14 series,
    /// which are 14 MB while their rows are read.
    async fn unusual_points(
        &self,
        measured: &Measured<'_>,
        points: Vec<(SeriesKey, Point)>,
    ) -> Result<Vec<Anomaly>, PortError> {
        let mut of_columns: BTreeMap<&str, Vec<&(SeriesKey, Point)>> = BTreeMap::new();
        for point in &points {
            of_columns.entry(point.0.column.as_deref().unwrap_or_default()).or_default().push(point);
        }
        let (profiles, previous) = (by_name(measured.profiles), by_name(measured.previous));
        let outcomes: BTreeMap<&str, &RuleOutcome> =
            measured.outcomes.iter().map(|outcome| (outcome.rule.0.as_str(), outcome)).collect();
        let mut found = Vec::new();
        for (name, points) in of_columns {
            let past = self.past(measured, name).await?;
            for (key, point) in points {
                let past = past.get(key).map_or(&[][..], Vec::as_slice);
                let (profile, outcome) = (profiles.get(name).copied(), outcomes.get(name).copied());
                let records = metrics::records_of(key.metric, profile, outcome);
                let mut settings = self.sensitivity.settings(key).of_records(records);
                if past.len() >= HISTORY_POINTS {
                    // All that is read of a stream that is read so often: more days will never be there.
                    settings.learning_days = 0.0;
                }
                let compared = profile
                    .zip(previous.get(name).copied())
                    .map(|(after, before)| Compared { before, after });
                found.extend(unusual(
                    key,
                    *point,
                    past,
                    measured.run,
                    measured.excluded,
                    &settings,
                    compared,
                ));
            }
        }
        Ok(found)
    }

    /// The past of a column's series, or of the stream's own where the name is empty. Excluded points take nobody's place.
    async fn past(
        &self,
        measured: &Measured<'_>,
        column: &str,
    ) -> Result<BTreeMap<SeriesKey, Vec<StoredPoint>>, PortError> {
        let Measured {
            tenant, facts: metrics::StreamFacts { source, stream, started, .. }, excluded, ..
        } = *measured;
        let since = started.plus_seconds(-HISTORY_SECONDS);
        let mut limit = HISTORY_POINTS;
        loop {
            let wanted = u32::try_from(limit).unwrap_or(u32::MAX);
            let past =
                self.repository.stream_series(tenant, source, stream, &[column], since, wanted).await?;
            let is_short = |points: &[StoredPoint]| {
                let usable = points.iter().filter(|stored| !excluded.covers(stored.point.at)).count();
                points.len() >= limit && usable < HISTORY_POINTS
            };
            if limit >= MOST_POINTS || !past.iter().any(|(_, points)| is_short(points)) {
                return Ok(past.into_iter().collect());
            }
            limit *= 2;
        }
    }

    async fn fold_alerts(&self, measured: &Measured<'_>, anomalies: &[Anomaly]) -> Result<(), PortError> {
        let Measured { tenant, run, revision, facts, .. } = *measured;
        let rules = in_run(measured.rules, measured.outcomes);
        let (source, stream) = (&facts.source, Some(&facts.stream));
        let unjudged = unjudged(measured);
        let round =
            Round { source, stream, run, revision, anomalies, unjudged, rules: &rules, failure: None };
        self.fold_round(tenant, &round).await
    }
}

/// What the run says nothing of: whether its figures are usual where it began in an excluded time, and what columns
/// hold where it brought no record.
fn unjudged(measured: &Measured<'_>) -> &'static [CauseKind] {
    use CauseKind::{Content, Flow, Schema};
    if measured.excluded.covers(measured.facts.started) {
        return &[Flow, Content, Schema];
    }
    if has_rows(measured.profiles) { &[] } else { &[Content, Schema] }
}

fn by_name(profiles: &[ColumnProfile]) -> BTreeMap<&str, &ColumnProfile> {
    profiles.iter().map(|profile| (profile.column.as_str(), profile)).collect()
}

/// A series of how many columns changed tells of which ones nothing: what people are told names them.
fn name_columns(anomalies: &mut [Anomaly], measured: &Measured<'_>) {
    for anomaly in anomalies.iter_mut().filter(|anomaly| anomaly.series.metric == Metric::SchemaChange) {
        let changes = schema::changes(measured.previous, measured.profiles);
        if !changes.is_empty() {
            let told = format!(" Since the last run with records: {}.", schema::told(&changes));
            anomaly.finding.explanation.push_str(&told);
        }
    }
}

/// The anomaly that a point is, if it is one.
fn unusual(
    key: &SeriesKey,
    new: Point,
    past: &[StoredPoint],
    run: &RunId,
    excluded: &Excluded,
    settings: &Settings,
    compared: Option<Compared<'_>>,
) -> Option<Anomaly> {
    let history: Vec<Point> = past.iter().map(|stored| stored.point).collect();
    let false_alarms =
        past.iter().filter(|p| p.mark == Mark::FalseAlarm).map(|p| p.point.at).collect::<Vec<_>>();
    let is_false_alarm = false_alarms.contains(&new.at);
    let marks = Marks { false_alarms, ignored: excluded.spans().to_vec() };
    match judge(&history, &marks, new, settings, compared) {
        Verdict::Unusual { expected, finding } => Some(Anomaly {
            id: anomaly_id(key, new),
            series: key.clone(),
            run: run.clone(),
            at: new.at,
            observed: new.value,
            expected,
            finding,
            false_alarm: is_false_alarm,
        }),
        Verdict::Learning { .. } | Verdict::Usual { .. } => None,
    }
}

fn in_run<'a>(rules: &'a [VersionedRule], outcomes: &'a [RuleOutcome]) -> Vec<RuleInRun<'a>> {
    let known: BTreeMap<&RuleId, &Rule> = rules.iter().map(|v| (&v.rule.id, &v.rule)).collect();
    let of = |outcome: &'a RuleOutcome| Some(RuleInRun { rule: known.get(&outcome.rule)?, outcome });
    outcomes.iter().filter_map(of).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use forebay_model::{Instant, SourceId, StreamName};

    use super::*;
    use crate::sensitivity::{Sensitivity, ZoneOffset};

    const HOUR: i64 = 3_600;
    /// 2026-01-05, a Monday.
    const MONDAY: i64 = 1_767_571_200;

    pub(crate) fn volume() -> SeriesKey {
        let (source, stream) = (SourceId::new("books").unwrap(), StreamName::new("item").unwrap());
        SeriesKey { source, stream, column: None, metric: Metric::Volume }
    }

    fn run() -> RunId {
        RunId::new("00000000-0000-7000-8000-000000000001").unwrap()
    }

    /// Eight weeks of runs every four hours, of an office 12 hours east of UTC: about 1,000 records on workdays,
    /// about 10 on weekends.
    fn office_far_east() -> Vec<StoredPoint> {
        let value = |hours: i64| {
            let local_day = (hours + 12).div_euclid(24);
            let noise = (hours / 4 * 37 % 11) as f64;
            if local_day.rem_euclid(7) >= 5 { 10.0 + noise / 3.0 } else { 1_000.0 + 6.0 * noise }
        };
        let at = |hours: i64| Instant::EPOCH.plus_seconds(MONDAY + hours * HOUR);
        let point = |hours: i64| Point { at: at(hours), value: value(hours) };
        let stored = |hours: i64| StoredPoint { run: run(), point: point(hours), mark: Mark::None };
        (0..56 * 6).map(|n| stored(n * 4)).collect()
    }

    #[test]
    fn a_weekend_is_the_one_of_the_zone_that_was_set() {
        let past = office_far_east();
        // Friday at 16:00 UTC is Saturday at 04:00 in the office.
        let at = Instant::EPOCH.plus_seconds(MONDAY + (60 * 24 + 16) * HOUR);
        let judged = |zone: &str| {
            let sensitivity =
                Sensitivity { zone: ZoneOffset::parse(zone).unwrap(), ..Sensitivity::default() };
            let (new, settings) = (Point { at, value: 1_030.0 }, sensitivity.settings(&volume()));
            unusual(&volume(), new, &past, &run(), &Excluded::default(), &settings, None)
        };
        let found = judged("+12:00").unwrap();
        assert!(found.expected.high < 100.0, "{found:?}");
        assert_eq!(judged("+00:00"), None);
    }
}
