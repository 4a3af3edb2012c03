//! What was measured of a stream becomes points of its series; what is unusual becomes anomalies, and folds into
//! alerts. Every step can be repeated: points and anomalies are named by what they are, and a run's findings are
//! folded once.

use forebay_anomalies::alerts::{Round, RuleInRun, anomaly_id};
use forebay_anomalies::{Marks, Settings, detect, metrics};
use forebay_model::anomaly::{Anomaly, Point, SeriesKey, Verdict};
use forebay_model::profile::ColumnProfile;
use forebay_model::rule::{RuleOutcome, VersionedRule};
use forebay_model::{RunId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Mark, StoredPoint};

use crate::engine::Engine;

/// What a baseline may look back on.
const HISTORY_SECONDS: i64 = 400 * 86_400;
const HISTORY_POINTS: u32 = 1_000;

/// What is judged: a stream's part of a run, and what was measured of it.
#[derive(Debug)]
pub(crate) struct Measured<'a> {
    pub tenant: &'a TenantId,
    pub run: &'a RunId,
    /// Of its profile.
    pub revision: u64,
    pub facts: &'a metrics::StreamFacts,
    pub profiles: &'a [ColumnProfile],
    /// Of the run before; empty where there is none.
    pub previous: &'a [ColumnProfile],
    pub rules: &'a [VersionedRule],
    pub outcomes: &'a [RuleOutcome],
}

impl Engine {
    pub(crate) async fn judge(&self, measured: &Measured<'_>) -> Result<(), PortError> {
        let Measured { tenant, run, facts, .. } = *measured;
        let mut points = metrics::measure(facts, measured.profiles, measured.previous);
        points.extend(metrics::measure_rules(facts, measured.outcomes));
        self.repository.append_points(tenant, run, &points).await?;
        let since = facts.started.plus_seconds(-HISTORY_SECONDS);
        let (source, stream) = (&facts.source, &facts.stream);
        let history = self.repository.stream_series(tenant, source, stream, since, HISTORY_POINTS).await?;
        let past = |key: &SeriesKey| {
            history.iter().find(|(known, _)| known == key).map_or(&[][..], |(_, points)| points.as_slice())
        };
        let found = points.iter().filter_map(|(key, point)| unusual(key, *point, past(key), run));
        let anomalies: Vec<Anomaly> = found.collect();
        self.repository.save_anomalies(tenant, &anomalies).await?;
        self.fold_alerts(measured, &anomalies).await
    }

    async fn fold_alerts(&self, measured: &Measured<'_>, anomalies: &[Anomaly]) -> Result<(), PortError> {
        let Measured { tenant, run, revision, facts, .. } = *measured;
        let rules = in_run(measured.rules, measured.outcomes);
        let (source, stream) = (&facts.source, Some(&facts.stream));
        let round = Round { source, stream, run, revision, anomalies, rules: &rules, failure: None };
        self.fold_round(tenant, &round).await
    }
}

/// The anomaly that a point is, if it is one.
fn unusual(key: &SeriesKey, new: Point, past: &[StoredPoint], run: &RunId) -> Option<Anomaly> {
    let history: Vec<Point> = past.iter().map(|stored| stored.point).collect();
    let false_alarms =
        past.iter().filter(|p| p.mark == Mark::FalseAlarm).map(|p| p.point.at).collect::<Vec<_>>();
    let is_false_alarm = false_alarms.contains(&new.at);
    let marks = Marks { false_alarms, ignored: Vec::new() };
    match detect(&history, &marks, new, &Settings::for_series(key)) {
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
    let rule = |outcome: &RuleOutcome| rules.iter().find(|versioned| versioned.rule.id == outcome.rule);
    outcomes.iter().filter_map(|outcome| Some(RuleInRun { rule: &rule(outcome)?.rule, outcome })).collect()
}
