//! Unusual points, one row each; the body is the anomaly, and the mark is a column of its own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use forebay_model::TenantId;
use forebay_model::anomaly::Anomaly;
use forebay_ports::PortError;
use forebay_ports::repository::{AnomalyFilter, AnomalyStore, Mark, Slice};

use super::super::retry::again;
use super::super::{SqlRepository, to_json, word};
use super::series::mark_within;
use super::{Conditions, numbered};
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::ANOMALY;
use crate::value::{Row, SqlValue};

const ONE: &str = "SELECT [false_alarm], [body] FROM [anomaly] WHERE [tenant] = ?1 AND [id] = ?2";

const KNOWN: &str = "SELECT [id] FROM [anomaly] WHERE [tenant] = ?1 AND [id] IN ";

/// Parameters: tenant, limit, then those of the conditions.
fn list(dialect: Dialect, conditions: &[&str]) -> String {
    format!(
        "SELECT [false_alarm], [body] FROM [anomaly] WHERE [tenant] = ?1{} ORDER BY [at] DESC, [id]{}",
        numbered(conditions, 3),
        dialect.limit(2)
    )
}

const BY_SOURCE: &str = "[source] = #";
const BY_STREAM: &str = "[stream] = #";
const BY_RUN: &str = "[run] = #";
const BY_METRIC: &str = "[metric] = #";
const SINCE: &str = "[at] >= #";
const AFTER: &str = "([at] < (SELECT a.[at] FROM [anomaly] AS a WHERE a.[tenant] = ?1 AND a.[id] = #) \
    OR ([at] = (SELECT a.[at] FROM [anomaly] AS a WHERE a.[tenant] = ?1 AND a.[id] = #) AND [id] > #))";

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    let all = [BY_SOURCE, BY_STREAM, BY_RUN, BY_METRIC, SINCE, AFTER];
    vec![
        ("anomaly_one", ONE.into()),
        ("anomaly_known", format!("{KNOWN}{}", dialect.texts(2))),
        ("anomaly_list", list(dialect, &[])),
        ("anomaly_list_filtered", list(dialect, &all)),
    ]
}

fn read(row: &Row) -> Result<Anomaly, PortError> {
    let mut reader = row.reader();
    let false_alarm = reader.flag()?;
    let anomaly: Anomaly = reader.json()?;
    Ok(Anomaly { false_alarm, ..anomaly })
}

fn row(tenant: &TenantId, anomaly: &Anomaly) -> Result<Vec<SqlValue>, PortError> {
    let series = &anomaly.series;
    Ok(vec![
        tenant.into(),
        anomaly.id.as_str().into(),
        (&series.source).into(),
        (&series.stream).into(),
        series.column.as_deref().unwrap_or_default().into(),
        word(series.metric)?.into(),
        (&anomaly.run).into(),
        anomaly.at.into(),
        anomaly.false_alarm.into(),
        to_json(anomaly)?.into(),
    ])
}

impl SqlRepository {
    async fn save_anomalies_once(&self, tenant: &TenantId, anomalies: &[Anomaly]) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("anomalies/{tenant}")).await?;
        let mut rows: Vec<Vec<SqlValue>> = Vec::with_capacity(anomalies.len());
        let mut again: Vec<Vec<SqlValue>> = Vec::new();
        let ids = super::super::json_list(anomalies.iter().map(|a| a.id.as_str()));
        let known = format!("{KNOWN}{}", self.db.dialect().texts(2));
        let found = tx.query(&self.text(&known), &[tenant.into(), ids]).await?;
        let mut known = found.iter().map(|row| row.reader().text()).collect::<Result<BTreeSet<_>, _>>()?;
        for anomaly in anomalies {
            let row = row(tenant, anomaly)?;
            if !known.insert(anomaly.id.clone()) {
                again.push(row.into_iter().enumerate().filter(|(n, _)| *n != 8).map(|(_, v)| v).collect());
            } else {
                rows.push(row);
            }
        }
        let names = ["source", "stream", "column_name", "metric", "run", "at", "body"];
        ANOMALY.write(tx.as_mut(), WriteKind::Insert, rows).await?;
        ANOMALY.write_some(tx.as_mut(), WriteKind::Update, &names, again).await?;
        tx.commit().await
    }

    async fn mark_anomaly_once(&self, tenant: &TenantId, id: &str, mark: Mark) -> Result<Anomaly, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("anomalies/{tenant}")).await?;
        let rows = tx.query(&self.text(ONE), &[tenant.into(), id.into()]).await?;
        let found = rows.first().map(read).transpose()?;
        let anomaly = found.ok_or_else(|| PortError::NotFound { what: format!("anomaly {id}") })?;
        let false_alarm = mark == Mark::FalseAlarm;
        let row = vec![tenant.into(), id.into(), false_alarm.into()];
        ANOMALY.write_some(tx.as_mut(), WriteKind::Update, &["false_alarm"], vec![row]).await?;
        // Where its point has been thinned out, there is nothing left that could learn from it.
        mark_within(self, tx.as_mut(), tenant, &anomaly.series, &anomaly.run, mark).await?;
        tx.commit().await?;
        Ok(Anomaly { false_alarm, ..anomaly })
    }
}

#[async_trait]
impl AnomalyStore for SqlRepository {
    async fn save_anomalies(&self, tenant: &TenantId, anomalies: &[Anomaly]) -> Result<(), PortError> {
        if anomalies.is_empty() {
            return Ok(());
        }
        again(|| self.save_anomalies_once(tenant, anomalies)).await
    }

    async fn anomaly(&self, tenant: &TenantId, id: &str) -> Result<Option<Anomaly>, PortError> {
        self.query(tenant, ONE, &[tenant.into(), id.into()]).await?.first().map(read).transpose()
    }

    async fn anomalies(
        &self,
        tenant: &TenantId,
        filter: &AnomalyFilter,
        slice: Slice,
    ) -> Result<Vec<Anomaly>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let conditions = Conditions::default()
            .and(BY_SOURCE, filter.source.as_ref().map(SqlValue::from))
            .and(BY_STREAM, filter.stream.as_ref().map(SqlValue::from))
            .and(BY_RUN, filter.run.as_ref().map(SqlValue::from))
            .and(BY_METRIC, filter.metric.map(word).transpose()?.map(SqlValue::from))
            .and(SINCE, filter.since.map(SqlValue::from))
            .and(AFTER, slice.after.as_deref().map(SqlValue::from));
        let mut params = vec![tenant.into(), slice.limit.into()];
        params.extend(conditions.values);
        let sql = list(self.db.dialect(), &conditions.texts);
        self.query(tenant, &sql, &params).await?.iter().map(read).collect()
    }

    async fn mark_anomaly(&self, tenant: &TenantId, id: &str, mark: Mark) -> Result<Anomaly, PortError> {
        again(|| self.mark_anomaly_once(tenant, id, mark)).await
    }
}
