//! What was measured of a stream becomes points of its series; what is unusual becomes anomalies, alerts, and
//! deliveries to whoever is to be told. Every step can be repeated: points, anomalies and deliveries are
//! named by what they are, and a run's findings fold into a cause's alerts once.

use forebay_anomalies::alerts::{Delivered, Round, RuleInRun, anomaly_id, deliveries_due, fold};
use forebay_anomalies::{Marks, Settings, detect, metrics};
use forebay_model::alert::{Alert, CauseKind};
use forebay_model::anomaly::{Anomaly, Point, SeriesKey, Verdict};
use forebay_model::profile::ColumnProfile;
use forebay_model::rule::{RuleOutcome, VersionedRule};
use forebay_model::{RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{AlertChange, Delivery, Mark, StoredPoint};

use crate::engine::Engine;

/// What a baseline may look back on.
const HISTORY_SECONDS: i64 = 400 * 86_400;
const HISTORY_POINTS: u32 = 1_000;

/// An alert that was resolved so lately goes on when its cause comes back.
const LATELY_SECONDS: i64 = forebay_anomalies::alerts::REOPENED_WITHIN_SECONDS;

/// What is judged: a stream's part of a run, and what was measured of it.
#[derive(Debug)]
pub(crate) struct Measured<'a> {
    pub tenant: &'a TenantId,
    pub run: &'a RunId,
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
        let Measured { tenant, run, facts, .. } = *measured;
        let rules = in_run(measured.rules, measured.outcomes);
        let judged = judged(&facts.stream);
        let source: &SourceId = &facts.source;
        let round = Round { source, run, judged: &judged, anomalies, rules: &rules, failure: None };
        self.fold_round(tenant, &round).await
    }

    /// Folds a round into its source's alerts, and puts whom to tell beside them.
    pub(crate) async fn fold_round(&self, tenant: &TenantId, round: &Round<'_>) -> Result<(), PortError> {
        let now = self.clock.now();
        let lately = now.plus_seconds(-LATELY_SECONDS);
        let known = self.repository.current_alerts(tenant, round.source, lately).await?;
        let alerts: Vec<Alert> = known.iter().map(|stored| stored.alert.clone()).collect();
        for alert in fold(&alerts, round, now).all() {
            let version = known.iter().find(|stored| stored.alert.id == alert.id).map_or(0, |s| s.version);
            let deliveries = self.deliveries_of(tenant, alert, version + 1).await?;
            let change = AlertChange { alert, version, folds: Some(round.run), deliveries: &deliveries };
            self.repository.save_alert(tenant, change).await?;
        }
        Ok(())
    }

    /// Who is to be told of an alert in this version.
    async fn deliveries_of(
        &self,
        tenant: &TenantId,
        alert: &Alert,
        version: u64,
    ) -> Result<Vec<Delivery>, PortError> {
        let now = self.clock.now();
        let channels = self.repository.channels(tenant).await?;
        let Some(longest) = channels.iter().map(|c| i64::from(c.cool_down_seconds)).max() else {
            return Ok(Vec::new());
        };
        let silences = self.repository.silences(tenant, now).await?;
        let since = alert.opened.min(now.plus_seconds(-longest));
        let past = self.repository.past_deliveries(tenant, &alert.cause, since).await?;
        let past: Vec<Delivered> = past
            .into_iter()
            .map(|p| Delivered {
                channel: p.channel,
                cause: alert.cause.clone(),
                severity: p.severity,
                at: p.due,
            })
            .collect();
        let due = deliveries_due(std::slice::from_ref(alert), &channels, &silences, &past, now);
        let delivery = |channel: &str| Delivery {
            id: format!("{}.{version}.{channel}", alert.id),
            channel: channel.to_owned(),
            alert: alert.clone(),
            due: now,
        };
        Ok(due.into_iter().map(|due| delivery(&due.channel.id)).collect())
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

/// Everything that a measurement looks at.
fn judged(stream: &StreamName) -> Vec<(Option<StreamName>, CauseKind)> {
    let kinds = [CauseKind::Flow, CauseKind::Content, CauseKind::Schema, CauseKind::Rules];
    kinds.into_iter().map(|kind| (Some(stream.clone()), kind)).collect()
}
