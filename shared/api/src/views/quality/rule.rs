use forebay_model::Instant;
use forebay_model::rule::{Severity, VersionedRule, Violation};
use forebay_ports::repository::StoredOutcome;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ExpectationView;

/// How bad a violation is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Severity)]
pub enum SeverityView {
    Info,
    #[default]
    Warning,
    Critical,
}

/// A rule as its author writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleRequest {
    /// The newest version that its author has read; 0 for a new rule.
    pub version: u32,
    #[schema(example = "Invoices are open, paid or void", max_length = 1000)]
    pub description: String,
    #[serde(default)]
    pub severity: SeverityView,
    pub expectation: ExpectationView,
    /// The share of records, 0 to 1, that may violate it before an alert is raised.
    #[serde(default)]
    pub tolerated_share: f64,
}

/// One version of a rule. Versions are numbered from 1 and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Rule)]
pub struct RuleView {
    pub source: String,
    pub stream: String,
    pub id: String,
    pub version: u32,
    pub description: String,
    pub severity: SeverityView,
    pub expectation: ExpectationView,
    pub tolerated_share: f64,
    /// When this version was written.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// By whom.
    pub author: String,
    /// It holds no more.
    pub retired: bool,
}

/// What a rule came to in one run.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RuleOutcome)]
pub struct OutcomeView {
    pub source: String,
    pub stream: String,
    pub rule: String,
    pub version: u32,
    pub run: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Records that the rule applied to.
    pub checked: u64,
    pub violations: u64,
    /// With 95% confidence `violations` is off by at most this; 0 where it was counted.
    pub margin: u64,
    /// Ten at most.
    pub examples: Vec<ViolationView>,
    /// Why the rule could not be checked; counts are 0 then.
    #[schema(required = true)]
    pub failure: Option<String>,
    /// The time that a run has for asking tables was over before this rule's turn: it is asked first in the next
    /// one. Counts that are there are of the run's records alone.
    pub deferred: bool,
}

/// A record that broke a rule. Personal data is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ViolationView {
    /// The record's key.
    pub key: String,
    pub values: Vec<ViolatingValue>,
}

/// A column that the rule looked at, and its value as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ViolatingValue {
    pub column: String,
    #[schema(required = true)]
    pub value: Option<String>,
}

impl From<Severity> for SeverityView {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Critical => Self::Critical,
        }
    }
}

impl From<SeverityView> for Severity {
    fn from(severity: SeverityView) -> Self {
        match severity {
            SeverityView::Info => Self::Info,
            SeverityView::Warning => Self::Warning,
            SeverityView::Critical => Self::Critical,
        }
    }
}

impl RuleView {
    /// An expectation that this program cannot show is an error of its own: it was stored by a later one.
    pub fn of(versioned: VersionedRule) -> Result<Self, serde_json::Error> {
        let rule = versioned.rule;
        Ok(Self {
            source: rule.source.into(),
            stream: rule.stream.into(),
            id: rule.id.0,
            version: versioned.version,
            description: rule.description,
            severity: rule.severity.into(),
            expectation: serde_json::from_value(serde_json::to_value(rule.expectation)?)?,
            tolerated_share: rule.tolerated_share,
            since: versioned.since,
            author: versioned.author,
            retired: versioned.retired,
        })
    }
}

impl From<StoredOutcome> for OutcomeView {
    fn from(stored: StoredOutcome) -> Self {
        let outcome = stored.outcome;
        Self {
            source: stored.source.into(),
            stream: stored.stream.into(),
            rule: outcome.rule.0,
            version: outcome.version,
            run: outcome.run.into(),
            at: stored.at,
            checked: outcome.checked,
            violations: outcome.violations,
            margin: outcome.margin,
            examples: outcome.examples.into_iter().map(Into::into).collect(),
            failure: outcome.failure,
            deferred: outcome.deferred,
        }
    }
}

impl From<Violation> for ViolationView {
    fn from(violation: Violation) -> Self {
        let values = violation.values.into_iter().map(|(column, value)| ViolatingValue { column, value });
        Self { key: violation.key, values: values.collect() }
    }
}
