//! Findings into alerts: one for each cause, opened once, continued, resolved, reopened.

use std::collections::BTreeMap;

use forebay_model::alert::{Alert, AlertState, Cause, CauseKind, Finding};
use forebay_model::anomaly::Anomaly;
use forebay_model::rule::Severity;
use forebay_model::{Instant, RunId, SourceId, StreamName};

use super::finding::{self, RuleInRun};

/// A cause that comes back so soon after it was resolved goes on with its alert; later it opens a new one.
pub const REOPENED_WITHIN_SECONDS: i64 = 86_400;
const MOST_FINDINGS: usize = 20;

/// What one finished run of a source says.
#[derive(Debug, Clone)]
pub struct Round<'a> {
    pub source: &'a SourceId,
    pub run: &'a RunId,
    /// What was looked at: streams (`None` is the source as a whole) and kinds. Alerts of these that have
    /// no finding any more are resolved; of what was not looked at nothing is known, and alerts stay.
    pub judged: &'a [(Option<StreamName>, CauseKind)],
    /// Those of this run; those marked as false alarms are left out.
    pub anomalies: &'a [Anomaly],
    pub rules: &'a [RuleInRun<'a>],
    /// Why the run failed as a whole, in a sentence.
    pub failure: Option<&'a str>,
}

/// What to store. An alert is in one list only.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    pub opened: Vec<Alert>,
    /// Still open or acknowledged, and seen again.
    pub continued: Vec<Alert>,
    /// Resolved less than [`REOPENED_WITHIN_SECONDS`] ago, and back: open again.
    pub reopened: Vec<Alert>,
    /// Usual again.
    pub resolved: Vec<Alert>,
}

impl Changes {
    /// All of them, as they are to be stored.
    pub fn all(&self) -> impl Iterator<Item = &Alert> {
        self.opened.iter().chain(&self.continued).chain(&self.reopened).chain(&self.resolved)
    }
}

/// What a round changes. `known` are the source's alerts that are open, acknowledged, or were resolved
/// lately. Folding the same round again changes no count and opens nothing twice.
pub fn fold(known: &[Alert], round: &Round<'_>, now: Instant) -> Changes {
    let mut changes = Changes::default();
    let found = by_cause(round);
    for (cause, findings) in &found {
        let findings = worst_first(findings.clone());
        match latest(known, cause, now) {
            None => changes.opened.push(open(cause, findings, round.run, now)),
            Some(alert) => {
                let was = alert.state;
                let alert = seen_again(alert, findings, round.run, now);
                match was {
                    AlertState::Resolved => changes.reopened.push(alert),
                    _ => changes.continued.push(alert),
                }
            }
        }
    }
    let resolves = |alert: &&Alert| {
        let cause = &alert.cause;
        alert.state != AlertState::Resolved
            && cause.source == *round.source
            && !found.contains_key(cause)
            && round.judged.iter().any(|(stream, kind)| *stream == cause.stream && *kind == cause.kind)
    };
    let resolved = known.iter().filter(resolves).cloned();
    changes.resolved =
        resolved.map(|alert| Alert { state: AlertState::Resolved, last_seen: now, ..alert }).collect();
    changes
}

fn by_cause(round: &Round<'_>) -> BTreeMap<Cause, Vec<Finding>> {
    let mut found: BTreeMap<Cause, Vec<Finding>> = BTreeMap::new();
    let mut add = |stream: Option<StreamName>, kind: CauseKind, finding: Finding| {
        let findings = found.entry(Cause { source: round.source.clone(), stream, kind }).or_default();
        if findings.iter().all(|known| known.subject != finding.subject) {
            findings.push(finding);
        }
    };
    for anomaly in round.anomalies.iter().filter(|a| !a.false_alarm && a.series.source == *round.source) {
        let (stream, kind, finding) = finding::of_anomaly(anomaly);
        add(Some(stream), kind, finding);
    }
    for rule in round.rules.iter().filter(|r| r.rule.source == *round.source) {
        if let Some(finding) = finding::of_rule(*rule) {
            add(Some(rule.rule.stream.clone()), CauseKind::Rules, finding);
        }
    }
    if let Some(why) = round.failure {
        let (subject, explanation) = ("run".to_owned(), why.to_owned());
        add(
            None,
            CauseKind::Flow,
            Finding { subject, column: None, severity: Severity::Critical, explanation },
        );
    }
    found
}

fn worst_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.subject.cmp(&b.subject)));
    findings
}

/// The alert that the cause goes on with: one that is not resolved, else the one resolved last, if lately.
fn latest<'a>(known: &'a [Alert], cause: &Cause, now: Instant) -> Option<&'a Alert> {
    let same = || known.iter().filter(|alert| alert.cause == *cause);
    let open = same().filter(|a| a.state != AlertState::Resolved).max_by_key(|a| a.opened);
    let lately = |a: &&Alert| a.last_seen.plus_seconds(REOPENED_WITHIN_SECONDS) >= now;
    open.or_else(|| same().filter(lately).max_by_key(|a| a.last_seen))
}

fn open(cause: &Cause, findings: Vec<Finding>, run: &RunId, now: Instant) -> Alert {
    let stream = cause.stream.as_ref().map_or("\u{1}", StreamName::as_str);
    let kind = format!("{:?}", cause.kind);
    let opened = now.to_string();
    let mut alert = Alert {
        id: finding::id(&[cause.source.as_str(), stream, &kind, &opened]),
        cause: cause.clone(),
        severity: worst(&findings),
        state: AlertState::Open,
        opened: now,
        last_seen: now,
        run: run.clone(),
        occurrences: 1,
        title: title(cause, &findings),
        findings,
        handled_by: None,
    };
    alert.findings.truncate(MOST_FINDINGS);
    alert
}

fn seen_again(alert: &Alert, mut findings: Vec<Finding>, run: &RunId, now: Instant) -> Alert {
    let again = u64::from(alert.run != *run);
    let (severity, title) = (worst(&findings), title(&alert.cause, &findings));
    findings.truncate(MOST_FINDINGS);
    let back = alert.state == AlertState::Resolved;
    Alert {
        severity,
        title,
        findings,
        state: if back { AlertState::Open } else { alert.state },
        // Who resolved it did not deal with what came back.
        handled_by: if back { None } else { alert.handled_by.clone() },
        // The same round again is not a new sight of it.
        last_seen: if again == 1 || back { now } else { alert.last_seen },
        run: run.clone(),
        occurrences: alert.occurrences + again,
        ..alert.clone()
    }
}

fn worst(findings: &[Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap_or_default()
}

/// "What `customer` of `crm` holds is unusual in 3 places."
fn title(cause: &Cause, findings: &[Finding]) -> String {
    let source = cause.source.as_str();
    let Some(stream) = &cause.stream else { return format!("A run of `{source}` failed") };
    let stream = stream.as_str();
    match (cause.kind, findings.len()) {
        (CauseKind::Flow, _) => format!("The flow of `{stream}` of `{source}` is unusual"),
        (CauseKind::Content, 1) => format!("What `{stream}` of `{source}` holds is unusual"),
        (CauseKind::Content, many) => {
            format!("What `{stream}` of `{source}` holds is unusual in {many} places")
        }
        (CauseKind::Schema, _) => format!("The columns of `{stream}` of `{source}` changed"),
        (CauseKind::Rules, 1) => format!("`{stream}` of `{source}` breaks a rule"),
        (CauseKind::Rules, many) => format!("`{stream}` of `{source}` breaks {many} rules"),
    }
}
