//! What a run says becomes alerts, and deliveries to whoever is to be told, saved together. Only looks at quality
//! come here: their message stays in its queue until what they made is sent, or another message sees to it.

use forebay_anomalies::alerts::{Delivered, REOPENED_WITHIN_SECONDS, Round, deliveries_due, fold};
use forebay_model::alert::{Alert, AlertChannel, Silence};
use forebay_model::{Instant, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{AlertChange, AlertFold, Delivery, StoredAlert};

use crate::engine::Engine;

/// Somebody handles an alert, or another look folds another run: each try makes progress for somebody.
const MOST_TRIES: u32 = 10;

/// Longer than anything is measured back, so that what is forgotten is asked for by nobody.
const FOLDS_KEPT_SECONDS: i64 = 30 * 86_400;

/// Whom to tell, and who is not to be told.
struct Audience {
    channels: Vec<AlertChannel>,
    silences: Vec<Silence>,
}

impl Engine {
    /// Folds a round into its source's alerts, and puts whom to tell beside them. The same round again changes
    /// nothing.
    pub(crate) async fn fold_round(&self, tenant: &TenantId, round: &Round<'_>) -> Result<(), PortError> {
        for _ in 1..MOST_TRIES {
            match self.fold_once(tenant, round).await {
                Err(PortError::Conflict { .. }) => {}
                done => return done,
            }
        }
        self.fold_once(tenant, round).await
    }

    async fn fold_once(&self, tenant: &TenantId, round: &Round<'_>) -> Result<(), PortError> {
        let now = self.clock.now();
        let lately = now.plus_seconds(-REOPENED_WITHIN_SECONDS);
        // Before the alerts: what is folded meanwhile is noticed when these are saved.
        let read = self.repository.folded(tenant, round.source, round.stream, round.run).await?;
        let known = self.repository.current_alerts(tenant, round.source, lately).await?;
        let alerts: Vec<Alert> = known.iter().map(|stored| stored.alert.clone()).collect();
        let changes = fold(&alerts, &read, round, now);
        let Some(folded) = &changes.folded else { return Ok(()) };
        let with_deliveries = self.with_deliveries(tenant, changes.all(), &known).await?;
        let changes: Vec<AlertChange<'_>> = with_deliveries
            .iter()
            .map(|(alert, version, deliveries)| AlertChange { alert, version: *version, deliveries })
            .collect();
        let (source, stream) = (round.source, round.stream);
        let fold = AlertFold { source, stream, read: &read, folded, at: now };
        self.repository.save_alerts(tenant, &changes, Some(&fold)).await
    }

    /// Each alert, the version it replaces, and who is to be told of it.
    async fn with_deliveries<'a>(
        &self,
        tenant: &TenantId,
        alerts: impl Iterator<Item = &'a Alert>,
        known: &[StoredAlert],
    ) -> Result<Vec<(&'a Alert, u64, Vec<Delivery>)>, PortError> {
        let alerts: Vec<&Alert> = alerts.collect();
        if alerts.is_empty() {
            return Ok(Vec::new());
        }
        let channels = self.repository.channels(tenant).await?;
        let silences = self.repository.silences(tenant, self.clock.now()).await?;
        let audience = Audience { channels, silences };
        let mut all = Vec::with_capacity(alerts.len());
        for alert in alerts {
            let version = known.iter().find(|stored| stored.alert.id == alert.id).map_or(0, |s| s.version);
            let deliveries = self.deliveries_of(tenant, alert, version + 1, &audience).await?;
            all.push((alert, version, deliveries));
        }
        Ok(all)
    }

    /// Who is to be told of an alert in this version.
    async fn deliveries_of(
        &self,
        tenant: &TenantId,
        alert: &Alert,
        version: u64,
        Audience { channels, silences }: &Audience,
    ) -> Result<Vec<Delivery>, PortError> {
        let now = self.clock.now();
        let Some(longest) = channels.iter().map(|c| i64::from(c.cool_down_seconds)).max() else {
            return Ok(Vec::new());
        };
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
        let due = deliveries_due(std::slice::from_ref(alert), channels, silences, &past, now);
        let delivery = |channel: &str| Delivery {
            id: format!("{}.{version}.{channel}", alert.id),
            channel: channel.to_owned(),
            alert: alert.clone(),
            due: now,
        };
        Ok(due.into_iter().map(|due| delivery(&due.channel.id)).collect())
    }

    /// Forgets what was folded so long ago that its runs are not measured any more. What was folded last stays: the
    /// run before a long one would be news again.
    pub(crate) async fn forget_folded(&self, tenant: &TenantId, source: &SourceId) -> Result<(), PortError> {
        let before: Instant = self.clock.now().plus_seconds(-FOLDS_KEPT_SECONDS);
        self.repository.forget_folded(tenant, source, before).await
    }
}
