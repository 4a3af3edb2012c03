//! What acme demands, what was unusual, and whom it tells. Bolt has none of it.

use forebay_model::alert::{
    Alert, AlertChannel, AlertState, Cause, CauseKind, ChannelKind, Finding, Silence,
};
use forebay_model::anomaly::{Anomaly, Expected, Metric, Point, SeriesKey, Unusual};
use forebay_model::exclusion::Exclusion;
use forebay_model::rule::{Expectation, ReferenceList, Rule, RuleId, RuleOutcome, Severity, Violation};
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::Repository;
use forebay_ports::repository::{AlertChange, Delivery, Edit, RuleCaps, StoredOutcome};

use super::seed::{ACME, MARK, run_id};

/// The id of each thing there is one of.
pub const RULE: &str = "known-name";
pub const LIST: &str = "names";
pub const ANOMALY: &str = "anomaly-1";
pub const ALERT: &str = "alert-1";
pub const SILENCE: &str = "silence-1";
pub const EXCLUSION: &str = "exclusion-1";
pub const CHANNEL: &str = "data-team";

fn at() -> Instant {
    Instant::parse("2026-03-01T08:00:00Z").unwrap()
}

fn source() -> SourceId {
    SourceId::new("netsuite").unwrap()
}

fn stream() -> StreamName {
    StreamName::new(MARK).unwrap()
}

fn run() -> RunId {
    RunId::new(run_id(ACME, 3)).unwrap()
}

pub async fn seed(repository: &dyn Repository) {
    let tenant = TenantId::new(ACME).unwrap();
    let edit = Edit { expected: 0, author: MARK, at: at() };
    let list = ReferenceList { name: LIST.into(), values: [MARK.to_owned()].into() };
    repository.put_list(&tenant, &list, edit).await.unwrap();
    repository.put_rule(&tenant, &rule(), edit, RuleCaps::default()).await.unwrap();
    repository.save_outcomes(&tenant, &[outcome()]).await.unwrap();
    let anomaly = anomaly();
    let point = Point { at: at(), value: anomaly.observed };
    repository.append_points(&tenant, &run(), &[(anomaly.series.clone(), point)]).await.unwrap();
    repository.save_anomalies(&tenant, &[anomaly]).await.unwrap();
    repository.put_channel(&tenant, &channel()).await.unwrap();
    let alert = alert();
    let delivery =
        Delivery { id: "delivery-1".into(), channel: CHANNEL.into(), alert: alert.clone(), due: at() };
    let change = AlertChange { alert: &alert, version: 0, deliveries: &[delivery] };
    repository.save_alerts(&tenant, &[change], None).await.unwrap();
    repository.put_silence(&tenant, &silence()).await.unwrap();
    repository.put_exclusion(&tenant, &exclusion()).await.unwrap();
}

fn rule() -> Rule {
    Rule {
        id: RuleId::new(RULE),
        source: source(),
        stream: stream(),
        description: format!("Names of {MARK} are known"),
        severity: Severity::Warning,
        expectation: Expectation::Reference { column: "name".into(), list: LIST.into() },
        tolerated_share: 0.0,
    }
}

fn outcome() -> StoredOutcome {
    let example = Violation { key: "17".into(), values: vec![("name".into(), Some(MARK.into()))] };
    let outcome = RuleOutcome {
        rule: RuleId::new(RULE),
        version: 1,
        run: run(),
        checked: 10,
        violations: 1,
        margin: 0,
        examples: vec![example],
        failure: None,
        deferred: false,
        answered: None,
    };
    StoredOutcome { source: source(), stream: stream(), at: at(), outcome }
}

fn anomaly() -> Anomaly {
    Anomaly {
        id: ANOMALY.into(),
        series: SeriesKey { source: source(), stream: stream(), column: None, metric: Metric::Volume },
        run: run(),
        at: at(),
        observed: 12.0,
        expected: Expected { value: 1000.0, low: 840.0, high: 1120.0 },
        finding: Unusual {
            deviations: -9.5,
            chance: 0.0005,
            since: at(),
            explanation: format!("{MARK} brought 12 records; between 840 and 1,120 were expected."),
        },
        false_alarm: false,
    }
}

fn alert() -> Alert {
    let explanation = format!("{MARK} brought 12 records");
    Alert {
        id: ALERT.into(),
        cause: Cause { source: source(), stream: Some(stream()), kind: CauseKind::Flow },
        severity: Severity::Critical,
        state: AlertState::Open,
        opened: at(),
        last_seen: at(),
        run: run(),
        occurrences: 1,
        title: explanation.clone(),
        findings: vec![Finding {
            subject: ANOMALY.into(),
            column: None,
            severity: Severity::Critical,
            explanation,
        }],
        handled_by: None,
        resolved_at: None,
    }
}

fn channel() -> AlertChannel {
    AlertChannel {
        id: CHANNEL.into(),
        kind: ChannelKind::Webhook,
        secret: format!("alert-acme--{MARK}"),
        recipients: Vec::new(),
        least_severity: Severity::Info,
        cool_down_seconds: 3600,
    }
}

fn exclusion() -> Exclusion {
    Exclusion {
        id: EXCLUSION.into(),
        source: Some(source()),
        stream: Some(stream()),
        from: Instant::parse("2026-02-20T00:00:00Z").unwrap(),
        until: Instant::parse("2026-02-21T00:00:00Z").unwrap(),
        reason: "carnival".into(),
        author: "ada@example.com".into(),
        created: at(),
    }
}

fn silence() -> Silence {
    Silence {
        id: SILENCE.into(),
        source: Some(source()),
        stream: Some(stream()),
        kind: None,
        until: Instant::parse("2026-03-09T00:00:00Z").unwrap(),
        reason: "migration".into(),
        author: "ada@example.com".into(),
    }
}
