//! Alerts on their way to people: what is due is claimed, put into words, sent, and settled. A kill at any
//! moment leaves a delivery pending until its lease is over, so it may be sent twice and is never lost.

use std::sync::Arc;

use forebay_anomalies::alerts::{email, teams_card, webhook};
use forebay_model::alert::{Alert, AlertChannel, AlertState, ChannelKind, may_name_secret, secret_prefix};
use forebay_model::{SourceId, TenantId};
use forebay_ports::alert_sender::MAX_OUTGOING_BYTES;
use forebay_ports::repository::{Delivered, StoredDelivery};
use forebay_ports::{AlertSender, Clock, Outgoing, PortError, Repository, Secret, SecretStore};

use crate::secrets::AuditedSecrets;

/// Longer than a delivery may take, many times over.
const LEASE_SECONDS: i64 = 300;
const AT_ONCE: u32 = 5;
/// A minute, then twice as long each time; the last try is about two days after the first.
const FIRST_PAUSE_SECONDS: i64 = 60;
const MOST_ATTEMPTS: u32 = 12;
const MOST_PAUSE_SECONDS: i64 = 8 * 3600;
/// A receiver that names its own pause is believed so often; one that is always busy for a second would
/// otherwise have used up its tries within a minute.
const BELIEVED: u32 = 4;
/// Characters of an explanation, where a message is too long.
const SHORTENED: [usize; 3] = [500, 200, 80];

/// What deliveries need.
pub struct Deliverer {
    pub repository: Arc<dyn Repository>,
    pub vault: Arc<dyn SecretStore>,
    pub sender: Arc<dyn AlertSender>,
    pub clock: Arc<dyn Clock>,
    /// Where people read alerts: the web page's address.
    pub page: Option<String>,
    /// Who holds what is claimed: another name for each process.
    pub holder: String,
}

/// What a round of deliveries came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    pub sent: u32,
    /// To be tried again.
    pub postponed: u32,
    pub given_up: u32,
}

impl Deliverer {
    /// Sends everything of a tenant that is due now.
    pub async fn deliver(&self, tenant: &TenantId) -> Result<DeliveryReport, PortError> {
        let mut report = DeliveryReport::default();
        loop {
            let now = self.clock.now();
            let lease = now.plus_seconds(LEASE_SECONDS);
            let claimed = self.repository.claim_deliveries(tenant, &self.holder, now, lease, AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(report);
            }
            let channels = self.repository.channels(tenant).await?;
            for stored in &claimed {
                let result = self.send(tenant, stored, &channels).await;
                self.settle(tenant, stored, result, &mut report).await?;
            }
        }
    }

    async fn send(
        &self,
        tenant: &TenantId,
        stored: &StoredDelivery,
        channels: &[AlertChannel],
    ) -> Result<(), Failure> {
        let delivery = &stored.delivery;
        let channel = channels.iter().find(|channel| channel.id == delivery.channel);
        let channel = channel.ok_or_else(|| Failure::Final("the channel was removed".to_owned()))?;
        let current = self.repository.alert(tenant, &delivery.alert.id).await.map_err(Failure::from)?;
        if current.is_some_and(|current| current.alert.state != AlertState::Open) {
            return Err(Failure::Final("somebody dealt with the alert before it was sent".to_owned()));
        }
        let address = self.address(tenant, channel, &delivery.alert.cause.source).await?;
        let message = self.message(channel, &delivery.alert);
        self.sender.send(&delivery.id, &message, &address).await?;
        Ok(())
    }

    /// The channel's address, fetched on record for a source, and only where the tenant may use it.
    pub(crate) async fn address(
        &self,
        tenant: &TenantId,
        channel: &AlertChannel,
        source: &SourceId,
    ) -> Result<Secret, PortError> {
        if !may_name_secret(tenant, &channel.secret) {
            let detail = format!("its secret does not begin with `{}`", secret_prefix(tenant));
            return Err(PortError::Misconfigured { service: "alert channel", detail });
        }
        let secrets = AuditedSecrets::new(
            Arc::clone(&self.vault),
            Arc::clone(&self.repository),
            Arc::clone(&self.clock),
            tenant,
            source,
        );
        secrets.get(&channel.secret).await
    }

    fn message(&self, channel: &AlertChannel, alert: &Alert) -> Outgoing {
        let link =
            self.page.as_ref().map(|page| format!("{}/alerts/{}", page.trim_end_matches('/'), alert.id));
        message(channel, alert, link.as_deref())
    }

    async fn settle(
        &self,
        tenant: &TenantId,
        stored: &StoredDelivery,
        result: Result<(), Failure>,
        report: &mut DeliveryReport,
    ) -> Result<(), PortError> {
        let id = &stored.delivery.id;
        let channel = &stored.delivery.channel;
        let now = self.clock.now();
        let settled = match &result {
            Ok(()) => {
                report.sent += 1;
                Delivered::Sent
            }
            Err(Failure::Later { error, after }) if stored.attempts < MOST_ATTEMPTS => {
                tracing::warn!(%tenant, channel, error, "an alert could not be delivered; it is tried again");
                report.postponed += 1;
                let due = now.plus_seconds(pause_of(stored.attempts, *after));
                Delivered::Again { due, error }
            }
            Err(Failure::Later { error, .. } | Failure::Final(error)) => {
                tracing::error!(%tenant, channel, error, "an alert was not delivered");
                report.given_up += 1;
                Delivered::GivenUp { error }
            }
        };
        self.repository.settle_delivery(tenant, id, &self.holder, now, settled).await
    }
}

/// Why a delivery was not sent. Texts hold no address.
enum Failure {
    /// After so many seconds, where the receiver said how long.
    Later {
        error: String,
        after: Option<i64>,
    },
    Final(String),
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let text = error.to_string();
        match error {
            PortError::Throttled { retry_after, .. } => {
                let after = retry_after.map(|wait| wait.as_secs().clamp(1, MOST_PAUSE_SECONDS as u64) as i64);
                Self::Later { error: text, after }
            }
            // A person may set the secret or grant the right meanwhile.
            PortError::Transient { .. }
            | PortError::Unauthorized { .. }
            | PortError::NotFound { .. }
            | PortError::Conflict { .. }
            | PortError::Full { .. } => Self::Later { error: text, after: None },
            PortError::Misconfigured { .. } | PortError::Rejected { .. } => Self::Final(text),
        }
    }
}

/// After so many attempts, where the receiver may have named a pause.
fn pause_of(attempts: u32, named: Option<i64>) -> i64 {
    match named {
        Some(named) if attempts <= BELIEVED => named,
        Some(named) => named.max(pause(attempts)),
        None => pause(attempts),
    }
}

/// In so many words as receivers take: explanations are cut before a message is too long to be sent.
fn message(channel: &AlertChannel, alert: &Alert, link: Option<&str>) -> Outgoing {
    let mut message = worded(channel, alert, link);
    for most in SHORTENED {
        if longest(&message) > MAX_OUTGOING_BYTES {
            message = worded(channel, &shortened(alert, most), link);
        }
    }
    message
}

fn worded(channel: &AlertChannel, alert: &Alert, link: Option<&str>) -> Outgoing {
    match channel.kind {
        ChannelKind::Webhook => Outgoing::Json { body: webhook(alert, link).to_string() },
        ChannelKind::Teams => Outgoing::Json { body: teams_card(alert, link).to_string() },
        ChannelKind::Email => {
            let mail = email(alert, link);
            let recipients = channel.recipients.clone();
            Outgoing::Email { recipients, subject: mail.subject, text: mail.text, html: mail.html }
        }
    }
}

fn longest(message: &Outgoing) -> usize {
    match message {
        Outgoing::Json { body } => body.len(),
        Outgoing::Email { text, html, .. } => text.len().max(html.len()),
    }
}

fn shortened(alert: &Alert, most: usize) -> Alert {
    let mut alert = alert.clone();
    for finding in &mut alert.findings {
        if let Some((end, _)) = finding.explanation.char_indices().nth(most) {
            finding.explanation.truncate(end);
            finding.explanation.push('…');
        }
    }
    alert
}

/// After so many attempts.
fn pause(attempts: u32) -> i64 {
    let doubled = 1_i64 << attempts.saturating_sub(1).min(20);
    (FIRST_PAUSE_SECONDS * doubled).min(MOST_PAUSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_spread_over_two_days_and_never_pause_longer_than_eight_hours() {
        assert_eq!([pause(0), pause(1), pause(2), pause(5)], [60, 60, 120, 960]);
        assert_eq!(pause(MOST_ATTEMPTS), MOST_PAUSE_SECONDS);
        let all: i64 = (1..MOST_ATTEMPTS).map(pause).sum();
        assert!((24 * 3600..3 * 24 * 3600).contains(&all), "{all}");
    }

    #[test]
    fn a_receiver_that_is_always_busy_for_a_second_is_tried_for_as_long_as_others() {
        assert_eq!([pause_of(1, Some(1)), pause_of(4, Some(1)), pause_of(5, Some(1))], [1, 1, 960]);
        assert_eq!([pause_of(6, Some(9_000)), pause_of(2, None)], [9_000, 120]);
        let all: i64 = (1..MOST_ATTEMPTS).map(|attempts| pause_of(attempts, Some(1))).sum();
        assert!(all > 24 * 3600, "{all}");
    }

    #[test]
    fn an_alert_of_twenty_wordy_rules_is_short_enough_to_be_sent_and_keeps_every_finding() {
        use forebay_model::Instant;
        use forebay_model::alert::{Cause, CauseKind, Finding};
        use forebay_model::rule::Severity;
        let finding = |n: u32| Finding {
            subject: format!("rule-{n}"),
            column: None,
            severity: Severity::Warning,
            explanation: "\u{1F30A}<\"".repeat(400),
        };
        let alert = Alert {
            id: "a".into(),
            cause: Cause {
                source: forebay_model::SourceId::new("crm").unwrap(),
                stream: None,
                kind: CauseKind::Rules,
            },
            severity: Severity::Warning,
            state: AlertState::Open,
            opened: Instant::EPOCH,
            last_seen: Instant::EPOCH,
            run: forebay_model::RunId::new("r").unwrap(),
            occurrences: 1,
            title: "many".into(),
            findings: (0..20).map(finding).collect(),
            handled_by: None,
            resolved_at: None,
        };
        for kind in [ChannelKind::Webhook, ChannelKind::Teams, ChannelKind::Email] {
            let channel = AlertChannel {
                id: "c".into(),
                kind,
                secret: "alert-c".into(),
                recipients: Vec::new(),
                least_severity: Severity::Info,
                cool_down_seconds: 0,
            };
            assert!(longest(&worded(&channel, &alert, None)) > MAX_OUTGOING_BYTES, "{kind:?}");
            let sent = message(&channel, &alert, None);
            assert!(longest(&sent) <= MAX_OUTGOING_BYTES, "{kind:?}: {}", longest(&sent));
            if let (ChannelKind::Webhook, Outgoing::Json { body }) = (kind, sent) {
                assert!(body.contains("rule-19"));
            }
        }
    }
}
