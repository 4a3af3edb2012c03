//! Channels, and the alerts on their way to them.

use async_trait::async_trait;
use forebay_model::alert::{AlertChannel, Cause};
use forebay_model::{Instant, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    Delivered, Delivery, DeliveryState, DeliveryStore, PastDelivery, StoredDelivery, Waiting,
};

use super::super::retry::again;
use super::super::{SqlRepository, from_word, json_list, rejected, to_json, word};
use super::cause_values;
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::{ALERT_CHANNEL, DELIVERY};
use crate::value::{Row, SqlValue};

const CHANNELS: &str = "SELECT [body] FROM [alert_channel] WHERE [tenant] = ?1 ORDER BY [id]";

const REMOVE_CHANNEL: &str = "DELETE FROM [alert_channel] WHERE [tenant] = ?1 AND [id] = ?2";

const GIVE_UP: &str = "UPDATE [delivery] SET [state] = 'failed', [done] = ?3, [error] = ?4, [lease] = NULL \
    WHERE [tenant] = ?1 AND [channel] = ?2 AND [state] = 'pending'";

const COLUMNS: &str = "[id], [channel], [due], [state], [attempts], [error], [done], [body]";

fn due(dialect: Dialect) -> String {
    format!(
        "SELECT {COLUMNS} FROM [delivery] WHERE [tenant] = ?1 AND [state] = 'pending' AND [due] <= ?2 \
         AND ([lease] IS NULL OR [lease] <= ?2) ORDER BY [due], [id]{}",
        dialect.limit(3)
    )
}

const HELD: &str = "SELECT [state], [holder], [lease] FROM [delivery] WHERE [tenant] = ?1 AND [id] = ?2";

fn known(dialect: Dialect) -> String {
    format!("SELECT [id] FROM [delivery] WHERE [tenant] = ?1 AND [id] IN {}", dialect.texts(2))
}

fn of_alert() -> String {
    format!("SELECT {COLUMNS} FROM [delivery] WHERE [tenant] = ?1 AND [alert] = ?2 ORDER BY [due] DESC, [id]")
}

const PAST: &str = "SELECT [channel], [due], [severity] FROM [delivery] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND [stream] = ?3 AND [kind] = ?4 AND [due] >= ?5 AND [state] <> 'failed' ORDER BY [due] DESC, [id]";

/// Parameters: tenant, now, after.
const WAITING: &str = "SELECT MIN(CASE WHEN [lease] > ?2 THEN [lease] ELSE [due] END), \
    MIN(CASE WHEN [asked] > ?3 THEN [asked] END) FROM [delivery] WHERE [tenant] = ?1 AND [state] = 'pending'";

const ASKED: &str = "UPDATE [delivery] SET [asked] = ?2 WHERE [tenant] = ?1 AND [state] = 'pending' AND [due] <= ?2 \
    AND ([lease] IS NULL OR [lease] <= ?2)";

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![
        ("channel_all", CHANNELS.into()),
        ("channel_remove", REMOVE_CHANNEL.into()),
        ("delivery_give_up", GIVE_UP.into()),
        ("delivery_due", due(dialect)),
        ("delivery_held", HELD.into()),
        ("delivery_known", known(dialect)),
        ("delivery_of_alert", of_alert()),
        ("delivery_past", PAST.into()),
        ("delivery_waiting", WAITING.into()),
        ("delivery_asked", ASKED.into()),
    ]
}

fn state(word: &str) -> Result<DeliveryState, PortError> {
    match word {
        "pending" => Ok(DeliveryState::Pending),
        "sent" => Ok(DeliveryState::Sent),
        "failed" => Ok(DeliveryState::Failed),
        other => Err(rejected(format!("`{other}` is no state of a delivery"))),
    }
}

fn read(row: &Row) -> Result<StoredDelivery, PortError> {
    let mut reader = row.reader();
    let (id, channel, due) = (reader.text()?, reader.text()?, reader.instant()?);
    Ok(StoredDelivery {
        state: state(&reader.text()?)?,
        attempts: reader.small()?,
        error: reader.optional_text()?,
        done: reader.optional_instant()?,
        delivery: Delivery { id, channel, due, alert: reader.json()? },
    })
}

fn row(tenant: &TenantId, delivery: &Delivery) -> Result<Vec<SqlValue>, PortError> {
    let alert = &delivery.alert;
    let mut row = vec![
        tenant.into(),
        delivery.id.as_str().into(),
        delivery.channel.as_str().into(),
        alert.id.as_str().into(),
    ];
    row.extend(cause_values(&alert.cause)?);
    row.extend([word(alert.severity)?.into(), delivery.due.into(), "pending".into(), 0u32.into()]);
    // Holder, lease, asked, error, done.
    row.extend([const { SqlValue::Null }; 5]);
    row.push(to_json(alert)?.into());
    Ok(row)
}

/// Adds those that are not there yet, within the transaction that has reason to.
pub(super) async fn add_within(
    repository: &SqlRepository,
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    deliveries: &[Delivery],
) -> Result<(), PortError> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let ids = json_list(deliveries.iter().map(|d| d.id.as_str()));
    let sql = known(repository.db.dialect());
    let rows = tx.query(&repository.text(&sql), &[tenant.into(), ids]).await?;
    let mut known = rows.iter().map(|row| row.reader().text()).collect::<Result<Vec<_>, _>>()?;
    let mut fresh = Vec::new();
    for delivery in deliveries {
        if !known.contains(&delivery.id) {
            known.push(delivery.id.clone());
            fresh.push(row(tenant, delivery)?);
        }
    }
    DELIVERY.write(tx, WriteKind::Insert, fresh).await
}

impl SqlRepository {
    /// Whoever takes deliveries on or settles them follows the one before.
    async fn begin_deliveries(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("deliveries/{tenant}")).await?;
        Ok(tx)
    }

    async fn put_channel_once(&self, tenant: &TenantId, channel: &AlertChannel) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        let row = vec![tenant.into(), channel.id.as_str().into(), to_json(channel)?.into()];
        ALERT_CHANNEL.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }

    async fn remove_channel_once(&self, tenant: &TenantId, id: &str, at: Instant) -> Result<(), PortError> {
        let mut tx = self.begin_deliveries(tenant).await?;
        tx.execute(&self.text(REMOVE_CHANNEL), &[tenant.into(), id.into()]).await?;
        let params = [tenant.into(), id.into(), at.into(), "the channel was removed".into()];
        tx.execute(&self.text(GIVE_UP), &params).await?;
        tx.commit().await
    }

    async fn look_asked_once(&self, tenant: &TenantId, at: Instant) -> Result<(), PortError> {
        let mut tx = self.begin_deliveries(tenant).await?;
        tx.execute(&self.text(ASKED), &[tenant.into(), at.into()]).await?;
        tx.commit().await
    }

    async fn claim_deliveries_once(
        &self,
        tenant: &TenantId,
        holder: &str,
        now: Instant,
        lease_until: Instant,
        limit: u32,
    ) -> Result<Vec<StoredDelivery>, PortError> {
        let mut tx = self.begin_deliveries(tenant).await?;
        let params = [tenant.into(), now.into(), limit.into()];
        let rows = tx.query(&self.text(&due(self.db.dialect())), &params).await?;
        let mut taken = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        for stored in &mut taken {
            stored.attempts += 1;
        }
        let row = |stored: &StoredDelivery| {
            let id = stored.delivery.id.as_str();
            vec![tenant.into(), id.into(), stored.attempts.into(), holder.into(), lease_until.into()]
        };
        let rows = taken.iter().map(row).collect();
        let names = ["attempts", "holder", "lease"];
        DELIVERY.write_some(tx.as_mut(), WriteKind::Update, &names, rows).await?;
        tx.commit().await?;
        Ok(taken)
    }

    async fn settle_once(
        &self,
        tenant: &TenantId,
        id: &str,
        holder: &str,
        at: Instant,
        delivered: &Delivered<'_>,
    ) -> Result<(), PortError> {
        let mut tx = self.begin_deliveries(tenant).await?;
        let rows = tx.query(&self.text(HELD), &[tenant.into(), id.into()]).await?;
        let row = rows.first().ok_or_else(|| PortError::NotFound { what: format!("delivery {id}") })?;
        let mut reader = row.reader();
        let is_pending = state(&reader.text()?)? == DeliveryState::Pending;
        let is_held =
            reader.optional_text()?.as_deref() == Some(holder) && reader.optional_instant()?.is_some();
        let key = [tenant.into(), id.into()];
        let done = |word: &str, error: Option<&str>| {
            let values = [word.into(), error.into(), at.into(), SqlValue::Null];
            (&["state", "error", "done", "lease"][..], key.iter().cloned().chain(values).collect::<Vec<_>>())
        };
        let (names, row) = match delivered {
            Delivered::Sent => done("sent", None),
            _ if !is_pending || !is_held => return Ok(()),
            Delivered::GivenUp { error } => done("failed", Some(*error)),
            Delivered::Again { due, error } => {
                let values = [(*error).into(), (*due).into(), SqlValue::Null];
                (&["error", "due", "lease"][..], key.iter().cloned().chain(values).collect())
            }
        };
        DELIVERY.write_some(tx.as_mut(), WriteKind::Update, names, vec![row]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl DeliveryStore for SqlRepository {
    async fn put_channel(&self, tenant: &TenantId, channel: &AlertChannel) -> Result<(), PortError> {
        again(|| self.put_channel_once(tenant, channel)).await
    }

    async fn channels(&self, tenant: &TenantId) -> Result<Vec<AlertChannel>, PortError> {
        let rows = self.query(tenant, CHANNELS, &[tenant.into()]).await?;
        rows.iter().map(|row| row.reader().json()).collect()
    }

    async fn remove_channel(&self, tenant: &TenantId, id: &str, at: Instant) -> Result<(), PortError> {
        again(|| self.remove_channel_once(tenant, id, at)).await
    }

    async fn claim_deliveries(
        &self,
        tenant: &TenantId,
        holder: &str,
        now: Instant,
        lease_until: Instant,
        limit: u32,
    ) -> Result<Vec<StoredDelivery>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        again(|| self.claim_deliveries_once(tenant, holder, now, lease_until, limit)).await
    }

    async fn settle_delivery(
        &self,
        tenant: &TenantId,
        id: &str,
        holder: &str,
        at: Instant,
        delivered: Delivered<'_>,
    ) -> Result<(), PortError> {
        let delivered = &delivered;
        again(|| self.settle_once(tenant, id, holder, at, delivered)).await
    }

    async fn waiting_deliveries(
        &self,
        tenant: &TenantId,
        now: Instant,
        after: Instant,
    ) -> Result<Option<Waiting>, PortError> {
        let rows = self.query(tenant, WAITING, &[tenant.into(), now.into(), after.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut reader = row.reader();
        let (ready, asked) = (reader.optional_instant()?, reader.optional_instant()?);
        Ok(ready.map(|ready| Waiting { ready, asked }))
    }

    async fn look_asked(&self, tenant: &TenantId, at: Instant) -> Result<(), PortError> {
        again(|| self.look_asked_once(tenant, at)).await
    }

    async fn deliveries(&self, tenant: &TenantId, alert: &str) -> Result<Vec<StoredDelivery>, PortError> {
        let rows = self.query(tenant, &of_alert(), &[tenant.into(), alert.into()]).await?;
        rows.iter().map(read).collect()
    }

    async fn past_deliveries(
        &self,
        tenant: &TenantId,
        cause: &Cause,
        since: Instant,
    ) -> Result<Vec<PastDelivery>, PortError> {
        let mut params = vec![tenant.into()];
        params.extend(cause_values(cause)?);
        params.push(since.into());
        let read = |row: &Row| {
            let mut reader = row.reader();
            Ok(PastDelivery {
                channel: reader.text()?,
                due: reader.instant()?,
                severity: from_word(reader.text()?)?,
            })
        };
        self.query(tenant, PAST, &params).await?.iter().map(read).collect()
    }
}
