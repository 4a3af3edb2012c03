//! Anomalies and broken rules as findings: where they belong, and how bad they are.

use forebay_model::alert::{CauseKind, Finding};
use forebay_model::anomaly::{Anomaly, Metric, Point, SeriesKey};
use forebay_model::rule::{Rule, RuleOutcome, Severity};
use xxhash_rust::xxh3::xxh3_128;

/// Less likely than this, a deviation of the flow is critical, and one of the content a warning.
const HARDLY_CHANCE: f64 = 1e-5;

/// A rule, and what it came to in the run.
#[derive(Debug, Clone, Copy)]
pub struct RuleInRun<'a> {
    pub rule: &'a Rule,
    pub outcome: &'a RuleOutcome,
}

/// The id of an anomaly: the same point of the same series found twice is one.
pub fn anomaly_id(series: &SeriesKey, point: Point) -> String {
    let column = series.column.as_deref().unwrap_or("\u{1}");
    let metric = format!("{:?}", series.metric);
    let at = point.at.to_string();
    id(&[series.source.as_str(), series.stream.as_str(), column, &metric, &at])
}

/// A hash of texts, each with its length, so that no two lists are spelt alike.
pub(super) fn id(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    format!("{:032x}", xxh3_128(&bytes))
}

/// How bad an anomaly is. No record where some were certain, and a flow that hardly by chance is as it is,
/// are critical; content that may be so by chance is for information.
pub fn severity(anomaly: &Anomaly) -> Severity {
    use Metric::*;
    let hardly = anomaly.finding.chance <= HARDLY_CHANCE;
    match anomaly.series.metric {
        Volume if anomaly.observed == 0.0 && anomaly.expected.low >= 1.0 => Severity::Critical,
        Volume | Freshness if hardly => Severity::Critical,
        Volume | Freshness | SchemaChange | RuleViolations => Severity::Warning,
        _ if hardly => Severity::Warning,
        _ => Severity::Info,
    }
}

pub(super) fn kind(metric: Metric) -> CauseKind {
    match metric {
        Metric::Volume | Metric::Freshness => CauseKind::Flow,
        Metric::SchemaChange => CauseKind::Schema,
        Metric::RuleViolations => CauseKind::Rules,
        _ => CauseKind::Content,
    }
}

/// A hash of all that findings say, in their order.
pub(super) fn digest(findings: &[Finding]) -> String {
    let mut parts = Vec::with_capacity(4 * findings.len());
    for Finding { subject, column, severity, explanation } in findings {
        let severity = match severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        };
        parts.extend([subject, column.as_deref().unwrap_or("\u{1}"), severity, explanation]);
    }
    id(&parts)
}

/// The sides on which the number of records of a round is unusual: a sum and a number of distinct values that went the
/// same way went with it, and are of one cause with it. Both, where the stream has several series of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flow {
    more: bool,
    fewer: bool,
}

impl Flow {
    pub fn of<'a>(anomalies: impl Iterator<Item = &'a Anomaly>) -> Self {
        let volumes = anomalies.filter(|anomaly| anomaly.series.metric == Metric::Volume);
        volumes.fold(Self::default(), |flow, anomaly| Self {
            more: flow.more || grew(anomaly),
            fewer: flow.fewer || !grew(anomaly),
        })
    }

    fn explains(self, anomaly: &Anomaly) -> bool {
        let grows_with_records = matches!(anomaly.series.metric, Metric::Sum | Metric::Distinct);
        grows_with_records && if grew(anomaly) { self.more } else { self.fewer }
    }
}

/// In size: a sum below zero grows away from it.
fn grew(anomaly: &Anomaly) -> bool {
    anomaly.observed.abs() > anomaly.expected.value.abs()
}

pub(super) fn of_anomaly(anomaly: &Anomaly, flow: Flow) -> (CauseKind, Finding) {
    let finding = Finding {
        subject: anomaly.id.clone(),
        column: anomaly.series.column.clone(),
        severity: severity(anomaly),
        explanation: anomaly.finding.explanation.clone(),
    };
    let kind = if flow.explains(anomaly) { CauseKind::Flow } else { kind(anomaly.series.metric) };
    (kind, finding)
}

/// What a rule's outcome says. `standing` are the findings of an alert that is not resolved: of a rule that could
/// not be checked nobody knows whether it holds now, so what was known last stands, and is no less bad.
pub(super) fn of_rule(in_run: RuleInRun<'_>, standing: &[Finding]) -> Vec<Finding> {
    let RuleInRun { rule, outcome } = in_run;
    let Some(why) = &outcome.failure else { return broken(in_run).into_iter().collect() };
    let name = &rule.id.0;
    let mut findings: Vec<Finding> =
        standing.iter().filter(|f| is_of(f, name)).map(unchecked_since).collect();
    let unchecked = || Finding {
        subject: name.clone(),
        column: None,
        severity: Severity::Info,
        explanation: format!("The rule `{name}` could not be checked: {why}"),
    };
    // One that had to wait is asked first in the next run: that is no news.
    let fresh = broken(in_run).or_else(|| (!outcome.deferred).then(unchecked));
    if let Some(fresh) = fresh {
        match findings.iter_mut().find(|finding| finding.subject == *name) {
            Some(known) if known.severity >= fresh.severity && !is_unchecked(known, name) => {}
            Some(known) => *known = fresh,
            None => findings.push(fresh),
        }
    }
    findings
}

/// Whether it is of this rule, or of the share of records that break it.
fn is_of(finding: &Finding, rule: &str) -> bool {
    match &finding.column {
        None => finding.subject == rule,
        Some(column) => column == rule,
    }
}

fn is_unchecked(finding: &Finding, rule: &str) -> bool {
    finding.explanation.starts_with(&format!("The rule `{rule}` could not be checked"))
}

fn unchecked_since(known: &Finding) -> Finding {
    const SINCE: &str = " Since then it could not be checked.";
    let mut finding = known.clone();
    if !finding.explanation.ends_with(SINCE) && !is_unchecked(known, &known.subject) {
        finding.explanation.push_str(SINCE);
    }
    finding
}

/// `None` where the rule held, or was broken by no more records than its author tolerates. Examples stay
/// out: they hold values.
fn broken(RuleInRun { rule, outcome }: RuleInRun<'_>) -> Option<Finding> {
    // What is estimated counts only as far as it is certain.
    let certain = outcome.violations.saturating_sub(outcome.margin);
    let share = certain as f64 / outcome.checked.max(1) as f64;
    if certain == 0 || share <= rule.tolerated_share {
        return None;
    }
    let (name, stream) = (&rule.id.0, rule.stream.as_str());
    let text = format!(
        "{} of {} records of `{stream}` violated the rule `{name}`; {}% may. {}",
        outcome.violations,
        outcome.checked,
        (rule.tolerated_share * 1e4).round() / 100.0,
        rule.description
    );
    let (severity, explanation) = (rule.severity, text.trim_end().to_owned());
    Some(Finding { subject: name.clone(), column: None, severity, explanation })
}
