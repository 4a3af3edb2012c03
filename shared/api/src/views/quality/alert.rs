use forebay_model::Instant;
use forebay_model::alert::{Alert, AlertState, CauseKind, Finding, Silence};
use forebay_ports::repository::{DeliveryState, StoredDelivery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SeverityView;

/// How far an alert is dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlertState)]
pub enum AlertStateView {
    Open,
    Acknowledged,
    Resolved,
}

/// What alerts are grouped by: volume and freshness; what columns hold; the schema; rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CauseKind)]
pub enum CauseKindView {
    Flow,
    Content,
    Schema,
    Rules,
}

/// Findings with one cause, until somebody has dealt with them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertView {
    pub id: String,
    pub source: String,
    #[schema(required = true)]
    pub stream: Option<String>,
    pub kind: CauseKindView,
    pub severity: SeverityView,
    pub state: AlertStateView,
    #[schema(value_type = String, format = DateTime)]
    pub opened: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Instant,
    /// The latest run with a finding.
    pub run: String,
    /// How often a finding of this cause came since it opened.
    pub occurrences: u64,
    pub title: String,
    /// Most severe first, twenty at most.
    pub findings: Vec<FindingView>,
    /// Who acknowledged or resolved it.
    #[schema(required = true)]
    pub handled_by: Option<String>,
    /// When it was resolved, by somebody or by itself; null while it is not.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub resolved_at: Option<Instant>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// An anomaly's id, or a rule's.
    pub subject: String,
    #[schema(required = true)]
    pub column: Option<String>,
    pub severity: SeverityView,
    pub explanation: String,
}

/// What became of telling a channel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AlertDelivery)]
pub struct DeliveryView {
    pub channel: String,
    #[schema(value_type = String, format = DateTime)]
    pub due: Instant,
    /// `pending`, `sent` or `failed`.
    pub state: String,
    pub attempts: u32,
    /// What went wrong last.
    #[schema(required = true)]
    pub error: Option<String>,
    /// When it was sent or given up.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub done: Option<Instant>,
}

/// Keeps alerts of matching causes from being delivered, as its author writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceRequest {
    /// Null or left out matches all.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub stream: Option<String>,
    #[serde(default)]
    pub kind: Option<CauseKindView>,
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    #[schema(example = "migration weekend")]
    pub reason: String,
}

/// Keeps alerts of matching causes from being delivered until it ends.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Silence)]
pub struct SilenceView {
    pub id: String,
    #[schema(required = true)]
    pub source: Option<String>,
    #[schema(required = true)]
    pub stream: Option<String>,
    #[schema(required = true)]
    pub kind: Option<CauseKindView>,
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    pub reason: String,
    pub author: String,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id,
            source: alert.cause.source.into(),
            stream: alert.cause.stream.map(Into::into),
            kind: alert.cause.kind.into(),
            severity: alert.severity.into(),
            state: alert.state.into(),
            opened: alert.opened,
            last_seen: alert.last_seen,
            run: alert.run.into(),
            occurrences: alert.occurrences,
            title: alert.title,
            findings: alert.findings.into_iter().map(Into::into).collect(),
            handled_by: alert.handled_by,
            resolved_at: alert.resolved_at,
        }
    }
}

impl From<Finding> for FindingView {
    fn from(Finding { subject, column, severity, explanation }: Finding) -> Self {
        Self { subject, column, severity: severity.into(), explanation }
    }
}

impl From<StoredDelivery> for DeliveryView {
    fn from(stored: StoredDelivery) -> Self {
        let state = match stored.state {
            DeliveryState::Pending => "pending",
            DeliveryState::Sent => "sent",
            DeliveryState::Failed => "failed",
        };
        Self {
            channel: stored.delivery.channel,
            due: stored.delivery.due,
            state: state.to_owned(),
            attempts: stored.attempts,
            error: stored.error,
            done: stored.done,
        }
    }
}

impl From<Silence> for SilenceView {
    fn from(silence: Silence) -> Self {
        Self {
            id: silence.id,
            source: silence.source.map(Into::into),
            stream: silence.stream.map(Into::into),
            kind: silence.kind.map(Into::into),
            until: silence.until,
            reason: silence.reason,
            author: silence.author,
        }
    }
}

macro_rules! same {
    ($model:ident, $view:ident: $($name:ident),*) => {
        impl From<$model> for $view {
            fn from(of: $model) -> Self {
                match of { $($model::$name => Self::$name),* }
            }
        }

        impl From<$view> for $model {
            fn from(of: $view) -> Self {
                match of { $($view::$name => Self::$name),* }
            }
        }
    };
}

same!(AlertState, AlertStateView: Open, Acknowledged, Resolved);
same!(CauseKind, CauseKindView: Flow, Content, Schema, Rules);
