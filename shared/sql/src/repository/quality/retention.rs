//! Removing what has grown old, a batch at a time.

use async_trait::async_trait;
use forebay_model::alert::Alert;
use forebay_model::{Instant, SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Aged, RetentionStore};

use super::super::retry::again;
use super::super::{SqlRepository, json_list};
use crate::dialect::{Dialect, quote};
use crate::table::{ALERT, ANOMALY, DELIVERY, RULE_OUTCOME, STREAM_MEASURE, Table};
use crate::value::SqlValue;

const UNRESOLVED: &str =
    "SELECT [body] FROM [alert] WHERE [tenant] = ?1 AND [source] = ?2 AND [state] <> 'resolved'";

const OUTCOMES: &str = "x.[source] = ?2 AND x.[at] < ?3 AND EXISTS (SELECT 1 FROM [rule_outcome] AS n \
    WHERE n.[tenant] = ?1 AND n.[source] = ?2 AND n.[stream] = x.[stream] AND n.[rule] = x.[rule] \
    AND n.[run] > x.[run])";

const ANOMALIES: &str = "x.[source] = ?2 AND x.[at] < ?3 AND (x.[false_alarm] = 0 OR NOT EXISTS (SELECT 1 \
    FROM [series_point] AS p WHERE p.[tenant] = ?1 AND p.[source] = ?2 AND p.[stream] = x.[stream] \
    AND p.[column_name] = x.[column_name] AND p.[metric] = x.[metric] AND p.[run] = x.[run]))";

const DELIVERIES: &str = "x.[source] = ?2 AND x.[due] < ?3 AND x.[state] <> 'pending' AND NOT EXISTS (SELECT 1 \
    FROM [alert] AS a WHERE a.[tenant] = ?1 AND a.[id] = x.[alert] AND a.[state] <> 'resolved')";

const MEASURES: &str = "EXISTS (SELECT 1 FROM [run] AS r WHERE r.[tenant] = ?1 AND r.[source] = ?2 \
    AND r.[id] = x.[run] AND r.[started] < ?3)";

/// A delivery that is on its way keeps its alert; what is over goes before it, being kept for less long.
const ALERTS: &str = "x.[source] = ?2 AND x.[resolved_at] < ?3 AND x.[state] = 'resolved' AND NOT EXISTS (SELECT 1 \
    FROM [delivery] AS d WHERE d.[tenant] = ?1 AND d.[alert] = x.[id])";

/// Parameters: tenant, source, before, limit; for outcomes and anomalies the runs and ids that stay.
fn delete(dialect: Dialect, aged: Aged) -> String {
    let (table, conditions): (&Table, String) = match aged {
        Aged::Outcomes => (&RULE_OUTCOME, format!("{OUTCOMES} AND x.[run] NOT IN {}", dialect.texts(5))),
        Aged::Anomalies => (&ANOMALY, format!("{ANOMALIES} AND x.[id] NOT IN {}", dialect.texts(5))),
        Aged::Deliveries => (&DELIVERY, DELIVERIES.into()),
        Aged::Measures => (&STREAM_MEASURE, MEASURES.into()),
        Aged::Alerts => (&ALERT, ALERTS.into()),
    };
    let from = format!("FROM {} AS x WHERE x.[tenant] = ?1 AND {conditions}", quote(table.name));
    match dialect {
        Dialect::TSql => format!("DELETE TOP (?4) x {from}"),
        Dialect::Sqlite => {
            let keys = |alias: &str| {
                let names = table.keys.iter().map(|(name, _)| format!("{alias}{}", quote(name)));
                names.collect::<Vec<_>>().join(", ")
            };
            let name = quote(table.name);
            format!("DELETE FROM {name} WHERE ({}) IN (SELECT {} {from} LIMIT ?4)", keys(""), keys("x."))
        }
    }
}

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    let name = |aged| match aged {
        Aged::Outcomes => "retention_outcomes",
        Aged::Anomalies => "retention_anomalies",
        Aged::Deliveries => "retention_deliveries",
        Aged::Measures => "retention_measures",
        Aged::Alerts => "retention_alerts",
    };
    let deletes = Aged::ALL.into_iter().map(|aged| (name(aged), delete(dialect, aged)));
    std::iter::once(("retention_unresolved", UNRESOLVED.to_owned())).chain(deletes).collect()
}

/// What alerts refer to, as a parameter: their runs where outcomes go, the anomalies they name where those do.
fn referred(aged: Aged, alerts: &[Alert]) -> Option<SqlValue> {
    let runs = alerts.iter().map(|alert| alert.run.as_str());
    let subjects = alerts.iter().flat_map(|alert| &alert.findings).map(|finding| finding.subject.as_str());
    match aged {
        Aged::Outcomes => Some(json_list(runs)),
        Aged::Anomalies => Some(json_list(subjects)),
        Aged::Deliveries | Aged::Measures | Aged::Alerts => None,
    }
}

impl SqlRepository {
    async fn prune_once(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        aged: Aged,
        before: Instant,
        limit: u32,
    ) -> Result<u64, PortError> {
        let mut params = vec![tenant.into(), source.into(), before.into(), limit.into()];
        let mut tx = self.begin(tenant).await?;
        if matches!(aged, Aged::Outcomes | Aged::Anomalies) {
            let rows = tx.query(&self.text(UNRESOLVED), &params[..2]).await?;
            let alerts = rows.iter().map(|row| row.reader().json()).collect::<Result<Vec<Alert>, _>>()?;
            params.extend(referred(aged, &alerts));
        }
        let gone = tx.execute(&self.text(&delete(self.db.dialect(), aged)), &params).await?;
        tx.commit().await?;
        Ok(gone)
    }
}

#[async_trait]
impl RetentionStore for SqlRepository {
    async fn prune(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        aged: Aged,
        before: Instant,
        limit: u32,
    ) -> Result<u64, PortError> {
        if limit == 0 {
            return Ok(0);
        }
        again(|| self.prune_once(tenant, source, aged, before, limit)).await
    }
}
