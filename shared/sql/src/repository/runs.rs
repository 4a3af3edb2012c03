//! Runs, their streams and cursors, and the pages that landed.

use async_trait::async_trait;
use forebay_model::{Cursor, Instant, PageId, Run, RunId, SourceId, StreamName, StreamRun, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{FailedPage, LandedPage, RunStore, Slice, StoredPage, StreamEnd};

use super::retry::again;
use super::{SqlRepository, from_word, pages, word};
use crate::dialect::Dialect;
use crate::value::{Row, SqlValue};

const RUN_COLUMNS: &str = "[id], [tenant], [source], [trigger], [state], [started], [bound], [ended]";

pub(super) fn run_by_id() -> String {
    format!("SELECT {RUN_COLUMNS} FROM [run] WHERE [tenant] = ?1 AND [id] = ?2")
}

pub(super) fn open_run() -> String {
    format!(
        "SELECT {RUN_COLUMNS} FROM [run] WHERE [tenant] = ?1 AND [source] = ?2 AND [state] = 'extracting'"
    )
}

/// The parameters are tenant and limit, then the source and the run to continue after where there are any.
pub(super) fn runs(dialect: Dialect, by_source: bool, after: bool) -> String {
    let mut sql = format!("SELECT {RUN_COLUMNS} FROM [run] WHERE [tenant] = ?1");
    if by_source {
        sql += " AND [source] = ?3";
    }
    if after {
        sql += if by_source { " AND [id] < ?4" } else { " AND [id] < ?3" };
    }
    sql + " ORDER BY [id] DESC" + &dialect.limit(2)
}

pub(super) const STREAM_NAMES: &str = "SELECT [stream] FROM [stream_run] WHERE [tenant] = ?1 AND [run] = ?2";

pub(super) const CURSORS: &str =
    "SELECT [stream], [cursor_json] FROM [stream_cursor] WHERE [tenant] = ?1 AND [source] = ?2";

pub(super) const FORGET_CURSOR: &str =
    "DELETE FROM [stream_cursor] WHERE [tenant] = ?1 AND [source] = ?2 AND [stream] = ?3";

pub(super) const STREAM_STATE: &str =
    "SELECT [state], [source] FROM [stream_run] WHERE [tenant] = ?1 AND [run] = ?2 AND [stream] = ?3";

pub(super) const UNENDED: &str = "SELECT COUNT(*) FROM [stream_run] WHERE [tenant] = ?1 AND [run] = ?2 AND [state] NOT IN ('ended', 'skipped')";

/// The numbers of a stream run are those of its landed pages.
pub(super) const STREAM_RUNS: &str = "SELECT s.[stream], s.[state], s.[start_json], s.[cursor_json], p.[pages], p.[applied], \
    p.[profiled], p.[unappliable], p.[unprofilable], p.[records], p.[bytes], s.[expected], p.[r], p.[i], p.[u], p.[n], p.[s], p.[d], p.[x], \
    s.[evidence], s.[started], s.[ended] FROM [stream_run] AS s LEFT JOIN (SELECT [stream], \
    COUNT(*) AS [pages], SUM(CASE WHEN [applied] IS NULL THEN 0 ELSE 1 END) AS [applied], \
    SUM(CASE WHEN [profiled] = 1 THEN 1 ELSE 0 END) AS [profiled], \
    SUM(CASE WHEN [failed] IS NOT NULL AND [applied] IS NULL THEN 1 ELSE 0 END) AS [unappliable], \
    SUM(CASE WHEN [failure_code] = 'not_profiled' AND [profiled] = 0 THEN 1 ELSE 0 END) AS [unprofilable], SUM([records]) AS [records], \
    SUM([bytes]) AS [bytes], SUM([rows_read]) AS [r], SUM([rows_inserted]) AS [i], SUM([rows_updated]) AS [u], \
    SUM([rows_unchanged]) AS [n], SUM([rows_superseded]) AS [s], SUM([rows_dead_lettered]) AS [d], \
    SUM([rows_deleted]) AS [x] FROM [page] WHERE [tenant] = ?1 AND [run] = ?2 AND [landed] IS NOT NULL \
    GROUP BY [stream]) AS p ON p.[stream] = s.[stream] WHERE s.[tenant] = ?1 AND s.[run] = ?2 ORDER BY s.[stream]";

/// The stream's state, the last landed sequence, and when this page was landed.
pub(super) const PLACE: &str = "SELECT s.[state], (SELECT MAX(m.[sequence]) FROM [page] AS m \
    WHERE m.[tenant] = ?1 AND m.[run] = ?2 AND m.[stream] = ?3 AND m.[landed] IS NOT NULL), \
    (SELECT p.[landed] FROM [page] AS p WHERE p.[tenant] = ?1 AND p.[id] = ?4) \
    FROM [stream_run] AS s WHERE s.[tenant] = ?1 AND s.[run] = ?2 AND s.[stream] = ?3";

/// The parameters are tenant, run and limit, then the stream and the page to continue after where there are any.
pub(super) fn pages_of_run(dialect: Dialect, by_stream: bool, after: bool) -> String {
    let mut sql = format!(
        "SELECT {} FROM [page] AS p WHERE p.[tenant] = ?1 AND p.[run] = ?2 AND p.[landed] IS NOT NULL",
        pages::COLUMNS
    );
    if by_stream {
        sql += " AND p.[stream] = ?4";
    }
    if after {
        let parameter = if by_stream { 5 } else { 4 };
        sql += &format!(
            " AND EXISTS (SELECT 1 FROM [page] AS a WHERE a.[tenant] = ?1 AND a.[id] = ?{parameter} \
             AND (p.[stream] > a.[stream] OR (p.[stream] = a.[stream] AND p.[sequence] > a.[sequence])))"
        );
    }
    sql + " ORDER BY p.[stream], p.[sequence]" + &dialect.limit(3)
}

pub(super) fn unfinished(dialect: Dialect) -> String {
    format!(
        "SELECT {} FROM [page] AS p WHERE p.[tenant] = ?1 AND p.[source] = ?2 AND p.[landed] IS NOT NULL \
         AND p.[landed] < ?3 AND p.[profiled] = 0 AND p.[failed] IS NULL ORDER BY p.[landed], p.[id]{}",
        pages::COLUMNS,
        dialect.limit(4)
    )
}

pub(super) fn read_run(row: &Row) -> Result<Run, PortError> {
    let mut reader = row.reader();
    Ok(Run {
        id: reader.id()?,
        tenant: reader.id()?,
        source: reader.id()?,
        trigger: from_word(reader.text()?)?,
        state: from_word(reader.text()?)?,
        started: reader.instant()?,
        bound: reader.instant()?,
        ended: reader.optional_instant()?,
    })
}

pub(super) fn run_row(run: &Run) -> Result<Vec<SqlValue>, PortError> {
    Ok(vec![
        (&run.tenant).into(),
        (&run.id).into(),
        (&run.source).into(),
        word(run.trigger)?.into(),
        word(run.state)?.into(),
        run.started.into(),
        run.bound.into(),
        run.ended.into(),
    ])
}

fn read_stream_run(run: &RunId, row: &Row) -> Result<StreamRun, PortError> {
    let mut reader = row.reader();
    Ok(StreamRun {
        run: run.clone(),
        stream: reader.id()?,
        state: from_word(reader.text()?)?,
        start: reader.optional_text()?.map(Cursor::new),
        cursor: reader.optional_text()?.map(Cursor::new),
        pages: reader.small()?,
        pages_applied: reader.small()?,
        pages_profiled: reader.small()?,
        pages_unappliable: reader.small()?,
        pages_unprofilable: reader.small()?,
        records: reader.count()?,
        bytes: reader.count()?,
        expected: reader.optional_count()?,
        outcome: pages::read_outcome(&mut reader)?,
        evidence: reader.optional_text()?,
        started: reader.optional_instant()?,
        ended: reader.optional_instant()?,
    })
}

#[async_trait]
impl RunStore for SqlRepository {
    async fn open_run(&self, fresh: &Run, streams: &[StreamName]) -> Result<Run, PortError> {
        again(|| self.open_run_once(fresh, streams)).await
    }

    async fn stream_runs(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<StreamRun>, PortError> {
        let rows = self.query(tenant, STREAM_RUNS, &[tenant.into(), run.into()]).await?;
        rows.iter().map(|row| read_stream_run(run, row)).collect()
    }

    async fn begin_stream(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        at: Instant,
    ) -> Result<(), PortError> {
        again(|| self.begin_stream_once(tenant, run, stream, at)).await
    }

    async fn expect_records(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        expected: u64,
    ) -> Result<(), PortError> {
        again(|| self.expect_records_once(tenant, run, stream, expected)).await
    }

    async fn restart_stream(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        holder: &str,
    ) -> Result<(), PortError> {
        again(|| self.restart_stream_once(tenant, run, stream, holder)).await
    }

    async fn land_page(&self, landed: LandedPage<'_>) -> Result<(), PortError> {
        let landed = &landed;
        again(|| self.land_page_once(landed.clone())).await
    }

    async fn end_stream(&self, tenant: &TenantId, end: StreamEnd<'_>) -> Result<(), PortError> {
        let end = &end;
        again(|| self.end_stream_once(tenant, end.clone())).await
    }

    async fn end_run(&self, tenant: &TenantId, run: &RunId, at: Instant) -> Result<Run, PortError> {
        again(|| self.end_run_once(tenant, run, at)).await
    }

    async fn run(&self, tenant: &TenantId, run: &RunId) -> Result<Option<Run>, PortError> {
        let rows = self.query(tenant, &run_by_id(), &[tenant.into(), run.into()]).await?;
        rows.first().map(read_run).transpose()
    }

    async fn runs(
        &self,
        tenant: &TenantId,
        source: Option<&SourceId>,
        slice: Slice,
    ) -> Result<Vec<Run>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), slice.limit.into()];
        params.extend(source.map(SqlValue::from));
        params.extend(slice.after.as_deref().map(SqlValue::from));
        let sql = runs(self.db.dialect(), source.is_some(), slice.after.is_some());
        self.query(tenant, &sql, &params).await?.iter().map(read_run).collect()
    }

    async fn fail_page(&self, failed: FailedPage<'_>) -> Result<(), PortError> {
        let failed = &failed;
        again(|| self.fail_page_once(failed)).await
    }

    async fn fail_profiles(
        &self,
        tenant: &TenantId,
        pages: &[PageId],
        reason: &str,
        at: Instant,
    ) -> Result<u64, PortError> {
        again(|| self.fail_profiles_once(tenant, pages, reason, at)).await
    }

    async fn page(&self, tenant: &TenantId, page: &PageId) -> Result<Option<StoredPage>, PortError> {
        let rows = self.query(tenant, &pages::one(), &[tenant.into(), page.into()]).await?;
        rows.first().map(pages::read).transpose()
    }

    async fn pages(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: Option<&StreamName>,
        slice: Slice,
    ) -> Result<Vec<StoredPage>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), run.into(), slice.limit.into()];
        params.extend(stream.map(SqlValue::from));
        params.extend(slice.after.as_deref().map(SqlValue::from));
        let sql = pages_of_run(self.db.dialect(), stream.is_some(), slice.after.is_some());
        self.query(tenant, &sql, &params).await?.iter().map(pages::read).collect()
    }

    async fn unfinished_pages(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        before: Instant,
        limit: u32,
    ) -> Result<Vec<StoredPage>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let params = [tenant.into(), source.into(), before.into(), limit.into()];
        let rows = self.query(tenant, &unfinished(self.db.dialect()), &params).await?;
        rows.iter().map(pages::read).collect()
    }
}
