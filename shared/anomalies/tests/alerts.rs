//! The life of an alert, from its finding to the words that people read.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is broken")]

use std::collections::BTreeSet;

use forebay_anomalies::alerts::{
    Changes, Delivered, Round, RuleInRun, anomaly_id, deliveries_due, email, fold, teams_card, webhook,
};
use forebay_model::alert::{Alert, AlertChannel, AlertState, CauseKind, ChannelKind, Silence};
use forebay_model::anomaly::{Anomaly, Expected, Metric, Point, SeriesKey, Unusual};
use forebay_model::rule::{Expectation, Rule, RuleId, RuleOutcome, Severity, Violation};
use forebay_model::{Instant, RunId, SourceId, StreamName};

fn hour(hour: i64) -> Instant {
    Instant::from_micros(1_795_000_000_000_000).plus_seconds(hour * 3600)
}

fn source() -> SourceId {
    SourceId::new("crm").unwrap()
}

fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

fn anomaly(on: &str, metric: Metric, column: Option<&str>, chance: f64) -> Anomaly {
    let series =
        SeriesKey { source: source(), stream: stream(on), column: column.map(str::to_owned), metric };
    let at = hour(0);
    Anomaly {
        id: anomaly_id(&series, Point { at, value: 12.0 }),
        series,
        run: RunId::new("r1").unwrap(),
        at,
        observed: 12.0,
        expected: Expected { value: 950.0, low: 840.0, high: 1120.0 },
        finding: Unusual {
            deviations: 20.0,
            chance,
            since: at,
            explanation: format!("`{on}` brought 12 records <b>& few_er</b>."),
        },
        false_alarm: false,
    }
}

/// Folds rounds of `customer` and `invoice`, as the first that are known of the run.
fn round(known: &[Alert], run: &str, anomalies: &[Anomaly], now: Instant) -> Changes {
    let (source, run, mut all) = (source(), RunId::new(run).unwrap(), Changes::default());
    for stream in ["customer", "invoice"].map(stream) {
        let stream = Some(&stream);
        let round = Round {
            source: &source,
            stream,
            run: &run,
            revision: 1,
            anomalies,
            unjudged: &[],
            rules: &[],
            failure: None,
        };
        let changes = fold(known, &[], &round, now);
        all.opened.extend(changes.opened);
        all.continued.extend(changes.continued);
        all.reopened.extend(changes.reopened);
        all.resolved.extend(changes.resolved);
    }
    all
}

fn channel(cool_down_seconds: u32, least_severity: Severity) -> AlertChannel {
    AlertChannel {
        id: "ops".into(),
        kind: ChannelKind::Webhook,
        secret: "ops-webhook".into(),
        recipients: Vec::new(),
        least_severity,
        cool_down_seconds,
    }
}

#[test]
fn findings_of_one_stream_and_kind_are_one_alert() {
    let found = [
        anomaly("customer", Metric::NullShare, Some("email"), 1e-4),
        anomaly("customer", Metric::MeanLength, Some("city"), 1e-8),
        anomaly("customer", Metric::Volume, None, 1e-8),
        anomaly("invoice", Metric::Volume, None, 1e-4),
    ];
    let twice: Vec<Anomaly> = found.iter().chain(&found).cloned().collect();
    let opened = round(&[], "r1", &twice, hour(0)).opened;
    let shown: Vec<_> =
        opened.iter().map(|a| (a.cause.kind, a.findings.len(), a.severity, a.occurrences)).collect();
    let expected = [
        (CauseKind::Flow, 1, Severity::Critical, 1),
        (CauseKind::Content, 2, Severity::Warning, 1),
        (CauseKind::Flow, 1, Severity::Warning, 1),
    ];
    assert_eq!(shown, expected);
    assert!(opened[1].findings[0].severity > opened[1].findings[1].severity, "worst first");
}

#[test]
fn a_change_that_moves_many_figures_of_a_column_is_one_alert_and_hides_no_other_column() {
    use Metric::*;
    let of_amount =
        [Mean, Median, Max, StandardDeviation, OutlierShare, ZeroShare, DistributionShift, NullShare];
    let many = of_amount.into_iter().map(|metric| anomaly("customer", metric, Some("amount"), 1e-8));
    let others = ["city", "email"].map(|column| anomaly("customer", NullShare, Some(column), 1e-8));
    let opened = round(&[], "r1", &many.chain(others).collect::<Vec<_>>(), hour(0)).opened;
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(opened[0].title, "What `customer` of `crm` holds is unusual in 3 columns");
    let columns: BTreeSet<_> = opened[0].findings[..3].iter().map(|f| f.column.as_deref()).collect();
    assert_eq!(columns, BTreeSet::from([Some("amount"), Some("city"), Some("email")]));
    assert_eq!(opened[0].findings.len(), 10);
}

#[test]
fn sums_and_distinct_values_that_go_with_the_records_are_one_cause_with_them() {
    let fewer = anomaly("customer", Metric::Volume, None, 1e-8);
    let sum = anomaly("customer", Metric::Sum, Some("amount"), 1e-8);
    let distinct = anomaly("customer", Metric::Distinct, Some("city"), 1e-8);
    let debits = Anomaly {
        observed: -12.0,
        expected: Expected { value: -950.0, low: -1120.0, high: -840.0 },
        ..anomaly("customer", Metric::Sum, Some("debit"), 1e-8)
    };
    let kinds = |found: &[Anomaly]| {
        let opened = round(&[], "r1", found, hour(0)).opened;
        opened.iter().map(|a| (a.cause.kind, a.findings.len())).collect::<Vec<_>>()
    };
    let found = [fewer.clone(), sum.clone(), distinct, debits];
    assert_eq!(kinds(&found), [(CauseKind::Flow, 4)]);
    // A larger sum of fewer records has another cause, and so has a sum of as many records as ever.
    let larger = Anomaly { observed: 9e9, ..sum.clone() };
    assert_eq!(kinds(&[fewer.clone(), larger]), [(CauseKind::Flow, 1), (CauseKind::Content, 1)]);
    assert_eq!(kinds(std::slice::from_ref(&sum)), [(CauseKind::Content, 1)]);
    // A number of records that somebody called usual explains them all the same.
    let marked = Anomaly { false_alarm: true, ..fewer };
    assert_eq!(kinds(&[marked, sum]), [(CauseKind::Flow, 1)]);
}

#[test]
fn an_alert_goes_on_is_resolved_and_reopened() {
    let found = [anomaly("customer", Metric::Volume, None, 1e-8)];
    let opened = round(&[], "r1", &found, hour(0)).opened;
    let again = round(&opened, "r1", &found, hour(1)).continued;
    assert_eq!(again[0].occurrences, 1, "the same round again is not a second sight");
    let next = round(&again, "r2", &found, hour(2)).continued;
    assert_eq!((next[0].occurrences, &next[0].id), (2, &opened[0].id));
    let resolved = round(&next, "r3", &[], hour(3)).resolved;
    assert_eq!((resolved[0].state, &resolved[0].id), (AlertState::Resolved, &opened[0].id));
    assert_eq!((next[0].resolved_at, resolved[0].resolved_at), (None, Some(hour(3))));
    let back = round(&resolved, "r4", &found, hour(10)).reopened;
    assert_eq!((back[0].state, back[0].occurrences, &back[0].id), (AlertState::Open, 3, &opened[0].id));
    assert_eq!(back[0].resolved_at, None, "that it was over is forgotten");
    let late = round(&resolved, "r5", &found, hour(40));
    assert_eq!((late.reopened.len(), late.opened.len()), (0, 1));
    assert_ne!(late.opened[0].id, opened[0].id);
}

#[test]
fn what_was_not_looked_at_stays_open_and_false_alarms_raise_nothing() {
    let opened = round(&[], "r1", &[anomaly("contact", Metric::Volume, None, 1e-8)], hour(0)).opened;
    assert_eq!(round(&opened, "r2", &[], hour(1)).all().count(), 0);
    let marked = Anomaly { false_alarm: true, ..anomaly("customer", Metric::Volume, None, 1e-8) };
    assert_eq!(round(&[], "r1", &[marked], hour(0)).all().count(), 0);
}

#[test]
fn an_acknowledged_alert_stays_so_and_is_not_delivered() {
    let found = [anomaly("customer", Metric::Volume, None, 1e-8)];
    let mut opened = round(&[], "r1", &found, hour(0)).opened;
    opened[0].state = AlertState::Acknowledged;
    opened[0].handled_by = Some("somebody".into());
    let next = round(&opened, "r2", &found, hour(1)).continued;
    assert_eq!((next[0].state, next[0].handled_by.as_deref()), (AlertState::Acknowledged, Some("somebody")));
    assert_eq!(deliveries_due(&next, &[channel(0, Severity::Info)], &[], &[], hour(1)), []);
}

fn rule(tolerated_share: f64) -> Rule {
    Rule {
        id: RuleId("email_present".into()),
        source: source(),
        stream: stream("customer"),
        description: "Every customer has an address.".into(),
        severity: Severity::Critical,
        expectation: Expectation::NotNull { column: "email".into() },
        tolerated_share,
    }
}

#[test]
fn a_rule_alerts_beyond_what_its_author_tolerates_and_shows_no_values() {
    let outcome = RuleOutcome {
        rule: RuleId("email_present".into()),
        version: 1,
        run: RunId::new("r1").unwrap(),
        checked: 100,
        violations: 5,
        margin: 0,
        examples: vec![Violation { key: "k-4711".into(), values: vec![("email".into(), None)] }],
        failure: None,
        deferred: false,
        answered: None,
    };
    let alerts = |tolerated: f64| {
        let (rule, source, run) = (rule(tolerated), source(), RunId::new("r1").unwrap());
        let (rules, stream) = ([RuleInRun { rule: &rule, outcome: &outcome }], stream("customer"));
        let stream = Some(&stream);
        let round = Round {
            source: &source,
            stream,
            run: &run,
            revision: 1,
            anomalies: &[],
            unjudged: &[],
            rules: &rules,
            failure: None,
        };
        fold(&[], &[], &round, hour(0)).opened
    };
    assert_eq!(alerts(0.05), []);
    let alert = &alerts(0.01)[0];
    assert_eq!((alert.cause.kind, alert.severity), (CauseKind::Rules, Severity::Critical));
    assert!(!webhook(alert, None).to_string().contains("4711"), "examples hold values");
}

/// What a unique rule came to in a run; `None` is a rule that was not answered, with five records of the run that break
/// nothing.
fn came_to(run: &str, violations: Option<u64>, deferred: bool) -> RuleOutcome {
    RuleOutcome {
        rule: RuleId("email_present".into()),
        version: 1,
        run: RunId::new(run).unwrap(),
        checked: violations.map_or(5, |_| 10_000),
        violations: violations.unwrap_or(0),
        margin: 0,
        examples: Vec::new(),
        failure: violations.is_none().then(|| "no answer within 30 s".into()),
        deferred,
        answered: violations.map(|_| 1),
    }
}

fn fold_rule(known: &[Alert], outcome: &RuleOutcome, hours: i64) -> Changes {
    let (rule, source, stream) = (rule(0.0), source(), stream("customer"));
    let round = Round {
        source: &source,
        stream: Some(&stream),
        run: &outcome.run,
        revision: 1,
        anomalies: &[],
        unjudged: &[],
        rules: &[RuleInRun { rule: &rule, outcome }],
        failure: None,
    };
    fold(known, &[], &round, hour(hours))
}

#[test]
fn a_rule_that_was_not_answered_resolves_and_eases_nothing() {
    for deferred in [false, true] {
        let opened = fold_rule(&[], &came_to("r1", Some(1_000), false), 0).opened;
        assert!(opened[0].findings[0].explanation.starts_with("1000 of 10000"), "{opened:?}");
        let next = fold_rule(&opened, &came_to("r2", None, deferred), 1);
        assert_eq!((next.resolved.len(), next.continued.len()), (0, 1), "{next:?}");
        let alert = &next.continued[0];
        assert_eq!(
            (alert.severity, alert.state, alert.findings.len()),
            (Severity::Critical, AlertState::Open, 1)
        );
        let says = &alert.findings[0].explanation;
        assert!(says.starts_with("1000 of 10000") && says.ends_with("could not be checked."), "{says}");
        let third = fold_rule(&next.continued, &came_to("r3", None, deferred), 2).continued;
        assert_eq!(third[0].findings, alert.findings, "it says so once");
        let fixed = fold_rule(&third, &came_to("r4", Some(0), false), 3);
        assert_eq!(fixed.resolved.len(), 1, "it holds now");
    }
}

#[test]
fn a_rule_that_cannot_be_answered_says_so_and_one_that_waits_for_its_turn_does_not() {
    assert_eq!(fold_rule(&[], &came_to("r1", None, true), 0).opened, []);
    let opened = fold_rule(&[], &came_to("r1", None, false), 0).opened;
    let finding = &opened[0].findings[0];
    assert_eq!(opened[0].severity, Severity::Info);
    assert!(finding.explanation.ends_with("could not be checked: no answer within 30 s"), "{finding:?}");
    let broken = RuleOutcome { violations: 3, ..came_to("r2", None, true) };
    let worse = fold_rule(&opened, &broken, 1).continued;
    assert_eq!(worse[0].severity, Severity::Critical, "the run's records alone break it");
    assert!(worse[0].findings[0].explanation.starts_with("3 of 5 records"), "{worse:?}");
}

#[test]
fn a_failed_run_concerns_the_source_until_one_succeeds() {
    let (source, run) = (source(), RunId::new("r1").unwrap());
    let mut round = Round {
        source: &source,
        stream: None,
        run: &run,
        revision: 0,
        anomalies: &[],
        unjudged: &[],
        rules: &[],
        failure: Some("The source refused the login."),
    };
    let opened = fold(&[], &[], &round, hour(0)).opened;
    assert_eq!((opened[0].cause.stream.as_ref(), opened[0].severity), (None, Severity::Critical));
    let next = RunId::new("r2").unwrap();
    (round.failure, round.run) = (None, &next);
    assert_eq!(fold(&opened, &[], &round, hour(1)).resolved.len(), 1);
}

#[test]
fn deliveries_respect_silences_severities_and_cool_downs() {
    let mut alerts = round(&[], "r1", &[anomaly("customer", Metric::Volume, None, 1e-4)], hour(0)).opened;
    let channels = [channel(7200, Severity::Warning)];
    let due = |alerts: &[Alert], silences: &[Silence], past: &[Delivered], at: i64| {
        deliveries_due(alerts, &channels, silences, past, hour(at)).len()
    };
    assert_eq!(due(&alerts, &[], &[], 0), 1);
    let strict = [channel(7200, Severity::Critical)];
    assert_eq!(deliveries_due(&alerts, &strict, &[], &[], hour(0)), []);
    let silences = [Silence {
        id: "s".into(),
        source: None,
        stream: Some(stream("customer")),
        kind: None,
        until: hour(2),
        reason: "migration".into(),
        author: "somebody".into(),
    }];
    assert_eq!((due(&alerts, &silences, &[], 1), due(&alerts, &silences, &[], 2)), (0, 1));
    let past = [Delivered {
        channel: "ops".into(),
        cause: alerts[0].cause.clone(),
        severity: Severity::Warning,
        at: hour(0),
    }];
    assert_eq!(due(&alerts, &[], &past, 5), 0, "nothing new since it was delivered");
    alerts[0].last_seen = hour(1);
    assert_eq!(
        (due(&alerts, &[], &past, 1), due(&alerts, &[], &past, 2)),
        (0, 1),
        "the cool-down of two hours"
    );
    alerts[0].severity = Severity::Critical;
    assert_eq!(due(&alerts, &[], &past, 1), 1, "more severe is not held back");
}

#[test]
fn messages_are_escaped_and_shaped_as_their_readers_expect() {
    let alert =
        round(&[], "r1", &[anomaly("customer", Metric::Volume, None, 1e-8)], hour(0)).opened.remove(0);
    let link = Some("https://forebay.example/alerts/1?a=1&b=2");
    let hook = webhook(&alert, link);
    assert_eq!(
        (&hook["severity"], &hook["kind"], &hook["occurrences"]),
        (&"critical".into(), &"flow".into(), &1.into())
    );
    let card = teams_card(&alert, link);
    assert_eq!(card["type"], "message");
    let attachment = &card["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(
        (&attachment["content"]["type"], &attachment["content"]["version"]),
        (&"AdaptiveCard".into(), &"1.4".into())
    );
    assert!(attachment["content"]["body"][2]["text"].as_str().unwrap().contains("few\\_er"));
    let mut hostile = alert.clone();
    hostile.title = "x\r\nBcc: somebody".into();
    assert_eq!(email(&hostile, link).subject, "[Critical] x  Bcc: somebody");
    let mail = email(&alert, link);
    assert!(mail.html.contains("&lt;b&gt;&amp; few_er&lt;/b&gt;") && !mail.html.contains("<b>"));
    assert!(mail.html.contains("href=\"https://forebay.example/alerts/1?a=1&amp;b=2\""));
    assert!(!email(&alert, Some("javascript:alert(1)")).html.contains("href"));
    assert!(mail.text.contains("brought 12 records"));
}
