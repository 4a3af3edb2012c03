//! Alerts, saved over the version that was read.

use async_trait::async_trait;
use forebay_model::alert::{Alert, AlertState, Cause, Silence};
use forebay_model::{Instant, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{AlertChange, AlertFilter, AlertSaved, AlertStore, Slice, StoredAlert};

use super::super::retry::again;
use super::super::{SqlRepository, to_json, word};
use super::{Conditions, cause_values, deliveries, numbered};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::{ALERT, ALERT_FOLD};
use crate::value::{Row, SqlValue};

const ONE: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [id] = ?2";

const UNRESOLVED: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND [stream] = ?3 AND [kind] = ?4 AND [state] <> 'resolved'";

const CURRENT: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND ([state] <> 'resolved' OR [last_seen] >= ?3) ORDER BY [opened] DESC, [id]";

const FOLDED: &str = "SELECT [alert] FROM [alert_fold] WHERE [tenant] = ?1 AND [run] = ?2 AND [source] = ?3 \
    AND [stream] = ?4 AND [kind] = ?5";

/// Parameters: tenant, limit, then those of the conditions.
fn list(dialect: Dialect, conditions: &[&str]) -> String {
    format!(
        "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1{} ORDER BY [opened] DESC, [id]{}",
        numbered(conditions, 3),
        dialect.limit(2)
    )
}

const BY_STATE: &str = "[state] = #";
const BY_SOURCE: &str = "[source] = #";
const BY_STREAM: &str = "[stream] = #";
const BY_KIND: &str = "[kind] = #";
const AFTER: &str = "([opened] < (SELECT a.[opened] FROM [alert] AS a WHERE a.[tenant] = ?1 AND a.[id] = #) \
    OR ([opened] = (SELECT a.[opened] FROM [alert] AS a WHERE a.[tenant] = ?1 AND a.[id] = #) AND [id] > #))";

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    let all = [BY_STATE, BY_SOURCE, BY_STREAM, BY_KIND, AFTER];
    vec![
        ("alert_one", ONE.into()),
        ("alert_unresolved", UNRESOLVED.into()),
        ("alert_current", CURRENT.into()),
        ("alert_folded", FOLDED.into()),
        ("alert_list", list(dialect, &[])),
        ("alert_list_filtered", list(dialect, &all)),
    ]
}

fn read(row: &Row) -> Result<StoredAlert, PortError> {
    let mut reader = row.reader();
    Ok(StoredAlert { version: reader.count()?, alert: reader.json()? })
}

fn row(tenant: &TenantId, alert: &Alert, version: u64) -> Result<Vec<SqlValue>, PortError> {
    let mut row = vec![tenant.into(), alert.id.as_str().into()];
    row.extend(cause_values(&alert.cause)?);
    row.extend([
        word(alert.severity)?.into(),
        word(alert.state)?.into(),
        alert.opened.into(),
        alert.last_seen.into(),
        version.into(),
        to_json(alert)?.into(),
    ]);
    Ok(row)
}

/// How far an alert has been handled; it never goes back.
fn step(state: AlertState) -> u8 {
    match state {
        AlertState::Open => 0,
        AlertState::Acknowledged => 1,
        AlertState::Resolved => 2,
    }
}

impl SqlRepository {
    /// Whoever changes the alerts of a tenant follows the one before.
    async fn begin_alerts(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("alerts/{tenant}")).await?;
        Ok(tx)
    }

    async fn alert_within(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<StoredAlert>, PortError> {
        tx.query(&self.text(ONE), &[tenant.into(), id.into()]).await?.first().map(read).transpose()
    }

    async fn save_alert_once(
        &self,
        tenant: &TenantId,
        change: &AlertChange<'_>,
    ) -> Result<AlertSaved, PortError> {
        let alert = change.alert;
        let mut tx = self.begin_alerts(tenant).await?;
        let stored = self.alert_within(tx.as_mut(), tenant, &alert.id).await?;
        let version = change.version + 1;
        if stored.as_ref().is_some_and(|s| s.version == version && s.alert == *alert) {
            return Ok(AlertSaved::Saved { version });
        }
        if let Some(run) = change.folds {
            let mut key = vec![tenant.into(), run.into()];
            key.extend(cause_values(&alert.cause)?);
            if !tx.query(&self.text(FOLDED), &key).await?.is_empty() {
                return Ok(AlertSaved::FoldedBefore);
            }
            key.push(alert.id.as_str().into());
            ALERT_FOLD.write(tx.as_mut(), WriteKind::Insert, vec![key]).await?;
        }
        let conflict = || PortError::Conflict { what: format!("alert {}", alert.id) };
        if stored.map_or(0, |s| s.version) != change.version {
            return Err(conflict());
        }
        let mut cause = vec![tenant.into()];
        cause.extend(cause_values(&alert.cause)?);
        let unresolved = tx.query(&self.text(UNRESOLVED), &cause).await?;
        let other = unresolved.first().map(read).transpose()?.filter(|other| other.alert.id != alert.id);
        if other.is_some() && alert.state != AlertState::Resolved {
            return Err(conflict());
        }
        ALERT.write(tx.as_mut(), WriteKind::Upsert, vec![row(tenant, alert, version)?]).await?;
        deliveries::add_within(self, tx.as_mut(), tenant, change.deliveries).await?;
        tx.commit().await?;
        Ok(AlertSaved::Saved { version })
    }

    async fn handle_alert_once(
        &self,
        tenant: &TenantId,
        id: &str,
        to: AlertState,
        by: &str,
    ) -> Result<StoredAlert, PortError> {
        let mut tx = self.begin_alerts(tenant).await?;
        let stored = self.alert_within(tx.as_mut(), tenant, id).await?;
        let mut stored = stored.ok_or_else(|| PortError::NotFound { what: format!("alert {id}") })?;
        if stored.alert.state == to {
            return Ok(stored);
        }
        if step(to) < step(stored.alert.state) {
            return Err(PortError::Conflict { what: format!("alert {id}") });
        }
        stored.version += 1;
        stored.alert.state = to;
        stored.alert.handled_by = Some(by.to_owned());
        let row = row(tenant, &stored.alert, stored.version)?;
        ALERT.write(tx.as_mut(), WriteKind::Update, vec![row]).await?;
        tx.commit().await?;
        Ok(stored)
    }
}

#[async_trait]
impl AlertStore for SqlRepository {
    async fn save_alert(&self, tenant: &TenantId, change: AlertChange<'_>) -> Result<AlertSaved, PortError> {
        let change = &change;
        again(|| self.save_alert_once(tenant, change)).await
    }

    async fn alert(&self, tenant: &TenantId, id: &str) -> Result<Option<StoredAlert>, PortError> {
        self.query(tenant, ONE, &[tenant.into(), id.into()]).await?.first().map(read).transpose()
    }

    async fn unresolved_alert(
        &self,
        tenant: &TenantId,
        cause: &Cause,
    ) -> Result<Option<StoredAlert>, PortError> {
        let mut params = vec![tenant.into()];
        params.extend(cause_values(cause)?);
        self.query(tenant, UNRESOLVED, &params).await?.first().map(read).transpose()
    }

    async fn current_alerts(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        seen_since: Instant,
    ) -> Result<Vec<StoredAlert>, PortError> {
        let params = [tenant.into(), source.into(), seen_since.into()];
        self.query(tenant, CURRENT, &params).await?.iter().map(read).collect()
    }

    async fn alerts(
        &self,
        tenant: &TenantId,
        filter: &AlertFilter,
        slice: Slice,
    ) -> Result<Vec<StoredAlert>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let conditions = Conditions::default()
            .and(BY_STATE, filter.state.map(word).transpose()?.map(SqlValue::from))
            .and(BY_SOURCE, filter.source.as_ref().map(SqlValue::from))
            .and(BY_STREAM, filter.stream.as_ref().map(SqlValue::from))
            .and(BY_KIND, filter.kind.map(word).transpose()?.map(SqlValue::from))
            .and(AFTER, slice.after.as_deref().map(SqlValue::from));
        let mut params = vec![tenant.into(), slice.limit.into()];
        params.extend(conditions.values);
        let sql = list(self.db.dialect(), &conditions.texts);
        self.query(tenant, &sql, &params).await?.iter().map(read).collect()
    }

    async fn handle_alert(
        &self,
        tenant: &TenantId,
        id: &str,
        to: AlertState,
        by: &str,
    ) -> Result<StoredAlert, PortError> {
        again(|| self.handle_alert_once(tenant, id, to, by)).await
    }

    async fn put_silence(&self, tenant: &TenantId, silence: &Silence) -> Result<(), PortError> {
        again(|| self.put_silence_once(tenant, silence)).await
    }

    async fn silences(&self, tenant: &TenantId, from: Instant) -> Result<Vec<Silence>, PortError> {
        self.read_silences(tenant, from).await
    }

    async fn end_silence(&self, tenant: &TenantId, id: &str, at: Instant) -> Result<Silence, PortError> {
        again(|| self.end_silence_once(tenant, id, at)).await
    }
}
