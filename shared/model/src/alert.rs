//! What people are told: findings that belong together, until somebody has dealt with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{RunId, SourceId, StreamName, TenantId};
use crate::instant::Instant;
use crate::rule::Severity;

/// Findings with one cause become one alert: everything unusual about one stream of one source in one
/// run, and what continues it in later runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Derived from cause and opening.
    pub id: String,
    pub cause: Cause,
    pub severity: Severity,
    pub state: AlertState,
    pub opened: Instant,
    pub last_seen: Instant,
    pub run: RunId,
    /// How often a finding of this cause came since it opened.
    pub occurrences: u64,
    /// In a sentence.
    pub title: String,
    /// Most severe first, twenty at most.
    pub findings: Vec<Finding>,
    /// By whom it was acknowledged or resolved: an identity's name.
    pub handled_by: Option<String>,
    /// When it was resolved, by somebody or by itself; `None` while it is not, also where it was before.
    #[serde(default)]
    pub resolved_at: Option<Instant>,
}

/// What alerts are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    pub source: SourceId,
    /// `None` where the whole source is concerned, as when a run failed.
    pub stream: Option<StreamName>,
    pub kind: CauseKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Volume or freshness.
    Flow,
    /// What columns hold.
    Content,
    Schema,
    Rules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Open,
    Acknowledged,
    Resolved,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// An anomaly's id, or a rule's.
    pub subject: String,
    pub column: Option<String>,
    pub severity: Severity,
    pub explanation: String,
}

/// What was taken into the alerts of a stream, or of a source as a whole, of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    pub run: RunId,
    /// How much of the run was known: the greater, the more.
    pub revision: u64,
    /// Of each kind that had findings, a digest of them.
    pub findings: BTreeMap<CauseKind, String>,
}

/// Keeps alerts of matching causes from being delivered until it ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    pub id: String,
    /// `None` matches all.
    pub source: Option<SourceId>,
    pub stream: Option<StreamName>,
    pub kind: Option<CauseKind>,
    pub until: Instant,
    pub reason: String,
    pub author: String,
}

/// What the names of secrets begin with that a tenant's channels may name: `alert-<tenant>--`, in small letters,
/// digits and hyphens. The vault is the installation's, so no channel may send a source's credentials, or use
/// another tenant's address. Two tenants that differ in other characters only share their secrets.
pub fn secret_prefix(tenant: &TenantId) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    format!("alert-{}--", tenant.as_str().chars().map(plain).collect::<String>())
}

/// Whether the secret is one that the tenant's channels may name.
pub fn may_name_secret(tenant: &TenantId, secret: &str) -> bool {
    let rest = secret.strip_prefix(&secret_prefix(tenant));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains("--") && !rest.starts_with('-'))
}

/// Where alerts go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertChannel {
    pub id: String,
    pub kind: ChannelKind,
    /// The secret that holds the address (a webhook's URL is a credential) or, for e-mail, the SMTP URL.
    pub secret: String,
    /// E-mail recipients; empty for the others.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Less severe alerts are not sent here.
    #[serde(default)]
    pub least_severity: Severity,
    /// After a delivery, the same cause is not delivered again for so long, unless it became more severe.
    pub cool_down_seconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A JSON document by POST.
    Webhook,
    /// An Adaptive Card in the envelope that a Teams workflow expects.
    Teams,
    Email,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_names_its_own_secrets_and_nobody_elses() {
        let tenant = |name: &str| TenantId::new(name).unwrap();
        assert!(may_name_secret(&tenant("Acme_1"), "alert-acme-1--teams"));
        for (name, secret) in [
            ("acme", "alert-bolt--teams"),
            ("acme", "alert-acme-1--teams"),
            ("a", "alert-a--b--teams"),
            ("a--b", "alert-a--teams"),
            ("acme", "alert-acme--"),
            ("acme", "alert-acme---x"),
            ("acme", "netsuite-private-key"),
        ] {
            assert!(!may_name_secret(&tenant(name), secret), "{name} {secret}");
        }
    }
}
