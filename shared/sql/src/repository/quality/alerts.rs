//! Alerts, saved over the version that was read.

use async_trait::async_trait;
use forebay_model::alert::{Alert, AlertState, Cause, Folded, Silence};
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{AlertChange, AlertFilter, AlertFold, AlertStore, Slice, StoredAlert};

use super::super::retry::again;
use super::super::{SqlRepository, to_json, word};
use super::{Conditions, cause_values, deliveries, numbered};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::ALERT;
use crate::value::{Row, SqlValue};

const ONE: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [id] = ?2";

const UNRESOLVED: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND [stream] = ?3 AND [kind] = ?4 AND [state] <> 'resolved'";

const CURRENT: &str = "SELECT [version], [body] FROM [alert] WHERE [tenant] = ?1 AND [source] = ?2 \
    AND ([state] <> 'resolved' OR [last_seen] >= ?3) ORDER BY [opened] DESC, [id]";

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
        resolved_at(alert).into(),
        version.into(),
        to_json(alert)?.into(),
    ]);
    Ok(row)
}

/// What alerts that were resolved grow old by. One that says no time goes by when it was last seen.
fn resolved_at(alert: &Alert) -> Option<Instant> {
    (alert.state == AlertState::Resolved).then(|| alert.resolved_at.unwrap_or(alert.last_seen))
}

fn conflict(alert: &Alert) -> PortError {
    PortError::Conflict { what: format!("alert {}", alert.id) }
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

    async fn save_alerts_once(
        &self,
        tenant: &TenantId,
        changes: &[AlertChange<'_>],
        fold: Option<&AlertFold<'_>>,
    ) -> Result<(), PortError> {
        let mut tx = self.begin_alerts(tenant).await?;
        let mut open = Vec::with_capacity(changes.len());
        for change in changes {
            if self.is_open(tx.as_mut(), tenant, change).await? {
                open.push(change);
            }
        }
        let folds = match fold {
            Some(fold) => self.fold_within(tx.as_mut(), tenant, fold, open.is_empty()).await?,
            None => false,
        };
        if open.is_empty() && !folds {
            return Ok(());
        }
        for change in open {
            self.change_within(tx.as_mut(), tenant, change).await?;
        }
        tx.commit().await
    }

    /// False where it was saved before: the answer was lost.
    async fn is_open(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        change: &AlertChange<'_>,
    ) -> Result<bool, PortError> {
        let stored = self.alert_within(tx, tenant, &change.alert.id).await?;
        if stored.as_ref().is_some_and(|s| s.version == change.version + 1 && s.alert == *change.alert) {
            return Ok(false);
        }
        if stored.map_or(0, |s| s.version) != change.version {
            return Err(conflict(change.alert));
        }
        Ok(true)
    }

    async fn change_within(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        change: &AlertChange<'_>,
    ) -> Result<(), PortError> {
        let alert = change.alert;
        let mut cause = vec![tenant.into()];
        cause.extend(cause_values(&alert.cause)?);
        let unresolved = tx.query(&self.text(UNRESOLVED), &cause).await?;
        let other = unresolved.first().map(read).transpose()?.filter(|other| other.alert.id != alert.id);
        if other.is_some() && alert.state != AlertState::Resolved {
            return Err(conflict(alert));
        }
        ALERT.write(tx, WriteKind::Upsert, vec![row(tenant, alert, change.version + 1)?]).await?;
        deliveries::add_within(self, tx, tenant, change.deliveries).await
    }

    async fn handle_alert_once(
        &self,
        tenant: &TenantId,
        id: &str,
        to: AlertState,
        by: &str,
        at: Instant,
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
        stored.alert.resolved_at = (to == AlertState::Resolved).then_some(at);
        let row = row(tenant, &stored.alert, stored.version)?;
        ALERT.write(tx.as_mut(), WriteKind::Update, vec![row]).await?;
        tx.commit().await?;
        Ok(stored)
    }
}

#[async_trait]
impl AlertStore for SqlRepository {
    async fn save_alerts(
        &self,
        tenant: &TenantId,
        changes: &[AlertChange<'_>],
        fold: Option<&AlertFold<'_>>,
    ) -> Result<(), PortError> {
        again(|| self.save_alerts_once(tenant, changes, fold)).await
    }

    async fn folded(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: Option<&StreamName>,
        from: &RunId,
    ) -> Result<Vec<Folded>, PortError> {
        self.read_folded(tenant, source, stream, from).await
    }

    async fn forget_folded(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        before: Instant,
    ) -> Result<(), PortError> {
        again(|| self.forget_folded_once(tenant, source, before)).await
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
        at: Instant,
    ) -> Result<StoredAlert, PortError> {
        again(|| self.handle_alert_once(tenant, id, to, by, at)).await
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
