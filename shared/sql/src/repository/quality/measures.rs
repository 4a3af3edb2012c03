//! Which streams' parts of runs are still to be measured.

use async_trait::async_trait;
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Measurable, MeasureStore};

use super::super::SqlRepository;
use super::super::retry::again;
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::STREAM_MEASURE;
use crate::value::Row;

/// Parameters: tenant, source, since, limit.
fn measurable(dialect: Dialect) -> String {
    format!(
        "SELECT q.[run], q.[stream], q.[profile_revision], r.[started] FROM [run] AS r \
         INNER JOIN [stream_run] AS q ON q.[tenant] = r.[tenant] AND q.[run] = r.[id] \
         LEFT JOIN [stream_measure] AS m ON m.[tenant] = q.[tenant] AND m.[run] = q.[run] AND m.[stream] = q.[stream] \
         WHERE r.[tenant] = ?1 AND r.[source] = ?2 AND r.[started] >= ?3 AND q.[state] = 'ended' \
         AND (m.[revision] IS NULL OR m.[revision] < q.[profile_revision]) \
         AND NOT EXISTS (SELECT 1 FROM [page] AS a WHERE a.[tenant] = q.[tenant] AND a.[run] = q.[run] \
         AND a.[stream] = q.[stream] AND a.[landed] IS NOT NULL AND a.[profiled] = 0 AND a.[failed] IS NULL) \
         ORDER BY q.[run], q.[stream]{}",
        dialect.limit(4)
    )
}

const MARKED: &str =
    "SELECT [revision] FROM [stream_measure] WHERE [tenant] = ?1 AND [run] = ?2 AND [stream] = ?3";

pub(super) fn statements(dialect: Dialect) -> Vec<(&'static str, String)> {
    vec![("measure_open", measurable(dialect)), ("measure_marked", MARKED.into())]
}

fn read(row: &Row) -> Result<Measurable, PortError> {
    let mut reader = row.reader();
    Ok(Measurable {
        run: reader.id()?,
        stream: reader.id()?,
        revision: reader.count()?,
        started: reader.instant()?,
    })
}

impl SqlRepository {
    async fn mark_measured_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("run/{tenant}/{run}")).await?;
        let key = [tenant.into(), run.into(), stream.into()];
        let rows = tx.query(&self.text(MARKED), &key).await?;
        let marked = rows.first().map(|row| row.reader().count()).transpose()?;
        if marked.is_some_and(|marked| marked >= revision) {
            return Ok(());
        }
        let mut row = key.to_vec();
        row.push(revision.into());
        STREAM_MEASURE.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl MeasureStore for SqlRepository {
    async fn measurable(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Measurable>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let params = [tenant.into(), source.into(), since.into(), limit.into()];
        let rows = self.query(tenant, &measurable(self.db.dialect()), &params).await?;
        rows.iter().map(read).collect()
    }

    async fn mark_measured(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
    ) -> Result<(), PortError> {
        again(|| self.mark_measured_once(tenant, run, stream, revision)).await
    }
}
