//! Findings into alerts: one for each cause, opened once, continued, resolved, reopened. Rounds come in any order
//! and again and again: what is known of the newest run stands.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::alert::{Alert, AlertState, Cause, CauseKind, Finding, Folded};
use forebay_model::anomaly::Anomaly;
use forebay_model::rule::Severity;
use forebay_model::{Instant, RunId, SourceId, StreamName};

use super::finding::{self, RuleInRun};

/// A cause that comes back so soon after it was resolved goes on with its alert; later it opens a new one.
pub const REOPENED_WITHIN_SECONDS: i64 = 86_400;
const MOST_FINDINGS: usize = 20;

const OF_A_STREAM: &[CauseKind] = &[CauseKind::Flow, CauseKind::Content, CauseKind::Schema, CauseKind::Rules];
const OF_A_SOURCE: &[CauseKind] = &[CauseKind::Flow];

/// What a run says of one stream, or of its source as a whole: all that is known, so that a cause without a
/// finding here has none.
#[derive(Debug, Clone)]
pub struct Round<'a> {
    pub source: &'a SourceId,
    /// `None` is the source as a whole: how the run ended.
    pub stream: Option<&'a StreamName>,
    /// Of two runs the later one has the greater id.
    pub run: &'a RunId,
    /// How much of the run is known: a round that knows more has a greater one.
    pub revision: u64,
    /// Those of this run; those marked as false alarms are left out.
    pub anomalies: &'a [Anomaly],
    /// What the run says nothing of, so that alerts about it stay as they are: its figures where it began in an excluded
    /// time, what columns hold and which there are where it brought no record. Rules are demands, which always hold.
    pub unjudged: &'a [CauseKind],
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
    /// That the round was taken in, in place of what was known of its run; `None` where that is known.
    pub folded: Option<Folded>,
}

impl Changes {
    /// All alerts, as they are to be stored.
    pub fn all(&self) -> impl Iterator<Item = &Alert> {
        self.opened.iter().chain(&self.continued).chain(&self.reopened).chain(&self.resolved)
    }
}

/// What a round changes. `known` are the source's alerts that are open, acknowledged, or were resolved
/// lately; `taken` is what was folded of the round's stream: of its run and of all later ones.
///
/// - The same round again changes nothing, and neither does one that knows less than what was folded of its run.
/// - One that knows more (a page came late, a false alarm was marked) replaces what was folded of its run.
/// - One of a run older than a folded one is remembered, and no alert changes for it.
///
/// So the alerts that are not resolved are those of the newest run, by what is known of it, whatever the order.
pub fn fold(known: &[Alert], taken: &[Folded], round: &Round<'_>, now: Instant) -> Changes {
    let mut changes = Changes::default();
    let found = by_kind(round, standing(known, round, now));
    let findings = found.iter().map(|(kind, findings)| (*kind, finding::digest(findings))).collect();
    let folded = Folded { run: round.run.clone(), revision: round.revision, findings };
    let before = taken.iter().find(|taken| taken.run == *round.run);
    if before.is_some_and(|before| before.revision > folded.revision || *before == folded) {
        return changes;
    }
    if taken.iter().all(|taken| taken.run <= *round.run) {
        let kinds = if round.stream.is_some() { OF_A_STREAM } else { OF_A_SOURCE };
        for kind in kinds.iter().filter(|kind| !round.unjudged.contains(kind)) {
            let was = before.map(|before| before.findings.get(kind));
            if was == Some(folded.findings.get(kind)) {
                continue;
            }
            let told = was.flatten().is_some();
            let findings = found.get(kind).map_or(&[][..], Vec::as_slice);
            fold_cause(known, round, *kind, findings, told, now, &mut changes);
        }
    }
    changes.folded = Some(folded);
    changes
}

/// `told`: whether an alert took in findings of this cause and run before.
fn fold_cause(
    known: &[Alert],
    round: &Round<'_>,
    kind: CauseKind,
    findings: &[Finding],
    told: bool,
    now: Instant,
    changes: &mut Changes,
) {
    let cause = Cause { source: round.source.clone(), stream: round.stream.cloned(), kind };
    let alert = latest(known, &cause, now);
    if alert.is_some_and(|alert| alert.run > *round.run) {
        return;
    }
    match alert {
        None if findings.is_empty() => {}
        None => changes.opened.push(open(&cause, findings, round.run, now)),
        Some(alert) if findings.is_empty() => {
            if alert.state != AlertState::Resolved {
                changes.resolved.push(Alert {
                    state: AlertState::Resolved,
                    last_seen: now,
                    resolved_at: Some(now),
                    ..alert.clone()
                });
            }
        }
        Some(alert) if alert.state == AlertState::Resolved => {
            // Somebody resolved it who had read of this run: only what they had not read of is news.
            let dealt_with = told && alert.run == *round.run && !has_news(alert, findings);
            if !dealt_with {
                changes.reopened.push(seen_again(alert, findings, round.run, now));
            }
        }
        Some(alert) => changes.continued.push(seen_again(alert, findings, round.run, now)),
    }
}

/// What an alert that is not resolved says of the stream's rules.
fn standing<'a>(known: &'a [Alert], round: &Round<'_>, now: Instant) -> &'a [Finding] {
    let (source, stream) = (round.source.clone(), round.stream.cloned());
    let cause = Cause { source, stream, kind: CauseKind::Rules };
    let open = latest(known, &cause, now).filter(|alert| alert.state != AlertState::Resolved);
    open.map_or(&[], |alert| alert.findings.as_slice())
}

/// The round's findings, each subject once, the worst first. Takes time in proportion to n log n.
fn by_kind(round: &Round<'_>, standing: &[Finding]) -> BTreeMap<CauseKind, Vec<Finding>> {
    let mut found: BTreeMap<CauseKind, Vec<Finding>> = BTreeMap::new();
    if let Some(stream) = round.stream {
        let ours = |a: &&Anomaly| a.series.source == *round.source && a.series.stream == *stream;
        let ours = || round.anomalies.iter().filter(ours);
        // A volume that is no alarm explains sums all the same.
        let flow = finding::Flow::of(ours());
        for anomaly in ours().filter(|a| !a.false_alarm) {
            let (kind, finding) = finding::of_anomaly(anomaly, flow);
            found.entry(kind).or_default().push(finding);
        }
        let ours = |r: &&RuleInRun<'_>| r.rule.source == *round.source && r.rule.stream == *stream;
        for finding in round.rules.iter().filter(ours).flat_map(|rule| finding::of_rule(*rule, standing)) {
            found.entry(CauseKind::Rules).or_default().push(finding);
        }
    } else if let Some(why) = round.failure {
        let (subject, explanation) = ("run".to_owned(), why.to_owned());
        let finding = Finding { subject, column: None, severity: Severity::Critical, explanation };
        found.entry(CauseKind::Flow).or_default().push(finding);
    }
    for findings in found.values_mut() {
        let worst_first = |a: &Finding, b: &Finding| {
            let by_severity = b.severity.cmp(&a.severity).then_with(|| a.subject.cmp(&b.subject));
            by_severity.then_with(|| a.explanation.cmp(&b.explanation))
        };
        findings.sort_by(worst_first);
        let mut subjects = BTreeSet::new();
        findings.retain(|finding| subjects.insert(finding.subject.clone()));
        spread_over_columns(findings);
    }
    found
}

/// Of equally severe findings, one of each column before a second of any: one change moves many figures of a column,
/// and twenty findings are shown.
fn spread_over_columns(findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(Severity, Option<String>), usize> = BTreeMap::new();
    let mut placed: Vec<(usize, Finding)> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let count = seen.entry((finding.severity, finding.column.clone())).or_default();
        placed.push((*count, finding));
        *count += 1;
    }
    // Stable: what is equal stays in its order.
    placed.sort_by(|(a, x), (b, y)| y.severity.cmp(&x.severity).then(a.cmp(b)));
    findings.extend(placed.into_iter().map(|(_, finding)| finding));
}

/// In how many columns findings are; those of the stream itself are one.
fn columns(findings: &[Finding]) -> usize {
    findings.iter().map(|finding| &finding.column).collect::<BTreeSet<_>>().len()
}

/// The alert that the cause goes on with: one that is not resolved, else the one resolved last, if lately.
fn latest<'a>(known: &'a [Alert], cause: &Cause, now: Instant) -> Option<&'a Alert> {
    let same = || known.iter().filter(|alert| alert.cause == *cause);
    let open = same().filter(|a| a.state != AlertState::Resolved).max_by_key(|a| a.opened);
    let lately = |a: &&Alert| a.last_seen.plus_seconds(REOPENED_WITHIN_SECONDS) >= now;
    open.or_else(|| same().filter(lately).max_by_key(|a| a.last_seen))
}

fn open(cause: &Cause, findings: &[Finding], run: &RunId, now: Instant) -> Alert {
    let stream = cause.stream.as_ref().map_or("\u{1}", StreamName::as_str);
    let kind = format!("{:?}", cause.kind);
    let opened = now.to_string();
    Alert {
        id: finding::id(&[cause.source.as_str(), stream, &kind, &opened]),
        cause: cause.clone(),
        severity: worst(findings),
        state: AlertState::Open,
        opened: now,
        last_seen: now,
        run: run.clone(),
        occurrences: 1,
        title: title(cause, findings),
        findings: shown(findings).to_vec(),
        handled_by: None,
        resolved_at: None,
    }
}

fn seen_again(alert: &Alert, findings: &[Finding], run: &RunId, now: Instant) -> Alert {
    let again = alert.run != *run;
    let back = alert.state == AlertState::Resolved;
    Alert {
        severity: worst(findings),
        title: title(&alert.cause, findings),
        findings: shown(findings).to_vec(),
        state: if back { AlertState::Open } else { alert.state },
        // Who resolved it did not deal with what came back.
        handled_by: if back { None } else { alert.handled_by.clone() },
        resolved_at: None,
        // The same findings in other words are not a new sight of them.
        last_seen: if again || back || has_news(alert, findings) { now } else { alert.last_seen },
        run: run.clone(),
        occurrences: alert.occurrences + u64::from(again),
        ..alert.clone()
    }
}

fn shown(findings: &[Finding]) -> &[Finding] {
    &findings[..findings.len().min(MOST_FINDINGS)]
}

/// Whether people would be shown something that the alert does not say yet.
fn has_news(alert: &Alert, findings: &[Finding]) -> bool {
    let says = |known: &Finding, finding: &Finding| {
        known.subject == finding.subject && known.severity >= finding.severity
    };
    let is_known = |finding: &Finding| alert.findings.iter().any(|known| says(known, finding));
    !shown(findings).iter().all(is_known)
}

fn worst(findings: &[Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap_or_default()
}

/// "What `customer` of `crm` holds is unusual in 3 columns."
fn title(cause: &Cause, findings: &[Finding]) -> String {
    let source = cause.source.as_str();
    let Some(stream) = &cause.stream else { return format!("A run of `{source}` failed") };
    let stream = stream.as_str();
    let count = if cause.kind == CauseKind::Content { columns(findings) } else { findings.len() };
    match (cause.kind, count) {
        (CauseKind::Flow, _) => format!("The flow of `{stream}` of `{source}` is unusual"),
        (CauseKind::Content, 1) => format!("What `{stream}` of `{source}` holds is unusual"),
        (CauseKind::Content, many) => {
            format!("What `{stream}` of `{source}` holds is unusual in {many} columns")
        }
        (CauseKind::Schema, _) => format!("The columns of `{stream}` of `{source}` changed"),
        (CauseKind::Rules, 1) => format!("`{stream}` of `{source}` breaks a rule"),
        (CauseKind::Rules, many) => format!("`{stream}` of `{source}` breaks {many} rules"),
    }
}
