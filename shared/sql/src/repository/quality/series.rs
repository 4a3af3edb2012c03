//! Measurements, one per series and run.

use std::collections::BTreeMap;

use async_trait::async_trait;
use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Mark, SeriesStore, StoredPoint};

use super::super::retry::again;
use super::super::{SqlRepository, from_word, json_list, rejected, word};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
use crate::table::SERIES_POINT;
use crate::value::{Reader, SqlValue};

const KEY: &str =
    "[tenant] = ?1 AND [source] = ?2 AND [stream] = ?3 AND [column_name] = ?4 AND [metric] = ?5";

fn newest(dialect: Dialect) -> String {
    format!(
        "SELECT [run], [at], [value], [false_alarm] FROM [series_point] WHERE {KEY} AND [at] >= ?6 \
         ORDER BY [at] DESC, [run] DESC{}",
        dialect.limit(7)
    )
}

/// Parameters: tenant, source, stream, since, limit, columns.
fn of_stream(dialect: Dialect) -> String {
    format!(
        "SELECT p.[column_name], p.[metric], p.[run], p.[at], p.[value], p.[false_alarm] \
         FROM (SELECT [column_name], [metric], [run], [at], [value], [false_alarm], ROW_NUMBER() OVER \
         (PARTITION BY [column_name], [metric] ORDER BY [at] DESC, [run] DESC) AS [place] FROM [series_point] \
         WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3 AND [at] >= ?4 AND [column_name] IN {}) AS p \
         WHERE p.[place] <= ?5 ORDER BY p.[column_name], p.[metric], p.[at], p.[run]",
        dialect.texts(6)
    )
}

const KEYS: &str = "SELECT DISTINCT [column_name], [metric] FROM [series_point] \
    WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3";

fn one() -> String {
    format!("SELECT [run] FROM [series_point] WHERE {KEY} AND [run] = ?6")
}

fn thin(dialect: Dialect) -> String {
    format!("DELETE FROM [series_point] WHERE {KEY} AND [run] IN {}", dialect.texts(6))
}

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![
        ("series_newest", newest(dialect)),
        ("series_of_stream", of_stream(dialect)),
        ("series_keys", KEYS.into()),
        ("series_one", one()),
        ("series_thin", thin(dialect)),
    ]
}

/// The stream as a whole is an empty column.
fn key_values(tenant: &TenantId, key: &SeriesKey) -> Result<Vec<SqlValue>, PortError> {
    Ok(vec![
        tenant.into(),
        (&key.source).into(),
        (&key.stream).into(),
        key.column.as_deref().unwrap_or_default().into(),
        word(key.metric)?.into(),
    ])
}

fn read_key(reader: &mut Reader<'_>, source: &SourceId, stream: &StreamName) -> Result<SeriesKey, PortError> {
    let column = Some(reader.text()?).filter(|column| !column.is_empty());
    let metric: Metric = from_word(reader.text()?)?;
    Ok(SeriesKey { source: source.clone(), stream: stream.clone(), column, metric })
}

fn read_point(reader: &mut Reader<'_>) -> Result<StoredPoint, PortError> {
    Ok(StoredPoint {
        run: reader.id()?,
        point: Point { at: reader.instant()?, value: reader.float()? },
        mark: if reader.flag()? { Mark::FalseAlarm } else { Mark::None },
    })
}

/// Writes a mark within a transaction; false where there is no such point.
pub(super) async fn mark_within(
    repository: &SqlRepository,
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    key: &SeriesKey,
    run: &RunId,
    mark: Mark,
) -> Result<bool, PortError> {
    let mut row = key_values(tenant, key)?;
    row.push(run.into());
    if tx.query(&repository.text(&one()), &row).await?.is_empty() {
        return Ok(false);
    }
    row.push((mark == Mark::FalseAlarm).into());
    SERIES_POINT.write_some(tx, WriteKind::Update, &["false_alarm"], vec![row]).await?;
    Ok(true)
}

impl SqlRepository {
    async fn append_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        points: &BTreeMap<&SeriesKey, Point>,
    ) -> Result<(), PortError> {
        let row = |(key, point): (&&SeriesKey, &Point)| {
            let mut row = key_values(tenant, key)?;
            row.extend([run.into(), point.at.into(), SqlValue::Float(point.value)]);
            Ok(row)
        };
        let rows = points.iter().map(row).collect::<Result<_, PortError>>()?;
        let mut tx = self.begin(tenant).await?;
        SERIES_POINT.write_some(tx.as_mut(), WriteKind::Upsert, &["at", "value"], rows).await?;
        tx.commit().await
    }

    async fn mark_point_once(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        run: &RunId,
        mark: Mark,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        if !mark_within(self, tx.as_mut(), tenant, key, run, mark).await? {
            return Err(PortError::NotFound { what: format!("a point of run {run} in this series") });
        }
        tx.commit().await
    }

    async fn thin_once(&self, tenant: &TenantId, key: &SeriesKey, runs: &[RunId]) -> Result<(), PortError> {
        let mut params = key_values(tenant, key)?;
        params.push(json_list(runs.iter().map(RunId::as_str)));
        let mut tx = self.begin(tenant).await?;
        tx.execute(&self.text(&thin(self.db.dialect())), &params).await?;
        tx.commit().await
    }
}

#[async_trait]
impl SeriesStore for SqlRepository {
    async fn append_points(
        &self,
        tenant: &TenantId,
        run: &RunId,
        points: &[(SeriesKey, Point)],
    ) -> Result<(), PortError> {
        if let Some((key, point)) = points.iter().find(|(_, point)| !point.value.is_finite()) {
            return Err(rejected(format!("{} as {:?} of stream {}", point.value, key.metric, key.stream)));
        }
        let last: BTreeMap<&SeriesKey, Point> = points.iter().map(|(key, point)| (key, *point)).collect();
        if last.is_empty() {
            return Ok(());
        }
        again(|| self.append_once(tenant, run, &last)).await
    }

    async fn series(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<StoredPoint>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = key_values(tenant, key)?;
        params.extend([since.into(), limit.into()]);
        let rows = self.query(tenant, &newest(self.db.dialect()), &params).await?;
        rows.iter().rev().map(|row| read_point(&mut row.reader())).collect()
    }

    async fn stream_series(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        columns: &[&str],
        since: Instant,
        limit: u32,
    ) -> Result<Vec<(SeriesKey, Vec<StoredPoint>)>, PortError> {
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), source.into(), stream.into(), since.into(), limit.into()];
        params.push(json_list(columns.iter().copied()));
        let mut all: BTreeMap<SeriesKey, Vec<StoredPoint>> = BTreeMap::new();
        // Each row goes as soon as it is read: there may be many.
        for row in self.query(tenant, &of_stream(self.db.dialect()), &params).await? {
            let mut reader = row.reader();
            let key = read_key(&mut reader, source, stream)?;
            all.entry(key).or_default().push(read_point(&mut reader)?);
        }
        Ok(all.into_iter().collect())
    }

    async fn series_keys(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Vec<SeriesKey>, PortError> {
        let rows = self.query(tenant, KEYS, &[tenant.into(), source.into(), stream.into()]).await?;
        let keys = rows.iter().map(|row| read_key(&mut row.reader(), source, stream));
        let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
        keys.sort();
        Ok(keys)
    }

    async fn mark_point(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        run: &RunId,
        mark: Mark,
    ) -> Result<(), PortError> {
        again(|| self.mark_point_once(tenant, key, run, mark)).await
    }

    async fn thin_points(&self, tenant: &TenantId, key: &SeriesKey, runs: &[RunId]) -> Result<(), PortError> {
        again(|| self.thin_once(tenant, key, runs)).await
    }
}
