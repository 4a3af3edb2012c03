//! Column profiles: opaque states, replaced under an optimistic revision.

use async_trait::async_trait;
use forebay_model::{PageId, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{ProfileStore, Profiled, StoredProfile};

use super::retry::again;
use super::{SqlRepository, json_list};
use crate::dialect::Dialect;
use crate::driver::WriteKind;
use crate::table::{PROFILE_STATE, STREAM_RUN};
use crate::value::{Row, SqlValue};

/// One row with the revision even where there are no states.
pub(super) const OF_RUN: &str = "SELECT r.[profile_revision], s.[column_name], s.[state] FROM [stream_run] AS r \
    LEFT JOIN [profile_state] AS s ON s.[tenant] = r.[tenant] AND s.[run] = r.[run] AND s.[stream] = r.[stream] \
    WHERE r.[tenant] = ?1 AND r.[run] = ?2 AND r.[stream] = ?3 ORDER BY s.[ordinal]";

pub(super) const REVISION: &str = "SELECT [profile_revision], [source] FROM [stream_run] \
    WHERE [tenant] = ?1 AND [run] = ?2 AND [stream] = ?3";

pub(super) const REMOVE: &str =
    "DELETE FROM [profile_state] WHERE [tenant] = ?1 AND [run] = ?2 AND [stream] = ?3";

/// Which of the pages exist, and whether they are not to be profiled now: because they have been, or
/// because they have not landed and so do not count.
pub(super) fn pages(dialect: Dialect) -> String {
    format!(
        "SELECT [id], CAST(CASE WHEN [profiled] = 1 OR [landed] IS NULL THEN 1 ELSE 0 END AS BIT) FROM [page] \
         WHERE [tenant] = ?1 AND [id] IN {}",
        dialect.texts(2)
    )
}

pub(super) fn mark(dialect: Dialect) -> String {
    format!("UPDATE [page] SET [profiled] = 1 WHERE [tenant] = ?1 AND [id] IN {}", dialect.texts(2))
}

pub(super) fn history(dialect: Dialect, by_column: bool) -> String {
    let column = if by_column { " AND [column_name] = ?5" } else { "" };
    format!(
        "SELECT [run], [stream], [column_name], [state] FROM [profile_state] WHERE [tenant] = ?1 AND [source] = ?2 \
         AND [stream] = ?3{column} AND [run] IN (SELECT DISTINCT [run] FROM [profile_state] WHERE [tenant] = ?1 \
         AND [source] = ?2 AND [stream] = ?3{column} ORDER BY [run] DESC{}) ORDER BY [run] DESC, [ordinal]",
        dialect.limit(4)
    )
}

fn read_profile(row: &Row) -> Result<StoredProfile, PortError> {
    let mut reader = row.reader();
    Ok(StoredProfile {
        run: reader.id()?,
        stream: reader.id()?,
        column: reader.text()?,
        state: reader.bytes()?,
    })
}

fn profiled_pages(rows: &[Row]) -> Result<Vec<(String, bool)>, PortError> {
    let read = |row: &Row| {
        let mut reader = row.reader();
        Ok((reader.text()?, reader.flag()?))
    };
    rows.iter().map(read).collect()
}

impl SqlRepository {
    async fn save_profiles_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
        states: &[StoredProfile],
        pages: &[PageId],
    ) -> Result<Profiled, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("run/{tenant}/{run}")).await?;
        let key = [tenant.into(), run.into(), stream.into()];
        let rows = tx.query(&self.text(REVISION), &key).await?;
        let row = rows
            .first()
            .ok_or_else(|| PortError::NotFound { what: format!("stream {stream} of run {run}") })?;
        let mut reader = row.reader();
        let (found, source) = (reader.count()?, reader.text()?);
        if found != revision {
            return Ok(Profiled::Changed);
        }
        let list = [tenant.into(), json_list(pages.iter().map(PageId::as_str))];
        let rows = tx.query(&self.text(&self::pages(self.db.dialect())), &list).await?;
        let known = profiled_pages(&rows)?;
        if known.iter().any(|(_, profiled)| *profiled) {
            return Ok(Profiled::Changed);
        }
        if let Some(page) = pages.iter().find(|page| !known.iter().any(|(id, _)| id == page.as_str())) {
            return Err(PortError::NotFound { what: format!("page {page}") });
        }
        tx.execute(&self.text(REMOVE), &key).await?;
        let state = |(ordinal, s): (u32, &StoredProfile)| {
            let mut row = key.to_vec();
            row.extend([
                s.column.as_str().into(),
                source.as_str().into(),
                ordinal.into(),
                SqlValue::Bytes(s.state.clone()),
            ]);
            row
        };
        let rows = (0u32..).zip(states).map(state).collect();
        PROFILE_STATE.write(tx.as_mut(), WriteKind::Insert, rows).await?;
        tx.execute(&self.text(&mark(self.db.dialect())), &list).await?;
        let mut row = key.to_vec();
        row.push((revision + 1).into());
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &["profile_revision"], vec![row]).await?;
        tx.commit().await?;
        Ok(Profiled::Saved)
    }
}

#[async_trait]
impl ProfileStore for SqlRepository {
    async fn run_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(u64, Vec<StoredProfile>), PortError> {
        let rows = self.query(tenant, OF_RUN, &[tenant.into(), run.into(), stream.into()]).await?;
        let revision = rows.first().map_or(Ok(0), |row| row.reader().count())?;
        let mut states = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut reader = row.reader();
            reader.count()?;
            let Some(column) = reader.optional_text()? else { continue };
            let state = reader.bytes()?;
            states.push(StoredProfile { run: run.clone(), stream: stream.clone(), column, state });
        }
        Ok((revision, states))
    }

    async fn unprofiled(&self, tenant: &TenantId, pages: &[PageId]) -> Result<Vec<PageId>, PortError> {
        let params = [tenant.into(), json_list(pages.iter().map(PageId::as_str))];
        let rows = self.query(tenant, &self::pages(self.db.dialect()), &params).await?;
        let known = profiled_pages(&rows)?;
        let done = |page: &PageId| known.iter().any(|(id, profiled)| *profiled && id == page.as_str());
        Ok(pages.iter().filter(|page| !done(page)).cloned().collect())
    }

    async fn save_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
        states: &[StoredProfile],
        pages: &[PageId],
    ) -> Result<Profiled, PortError> {
        again(|| self.save_profiles_once(tenant, run, stream, revision, states, pages)).await
    }

    async fn profile_history(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        column: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredProfile>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut params = vec![tenant.into(), source.into(), stream.into(), limit.into()];
        params.extend(column.map(SqlValue::from));
        let sql = history(self.db.dialect(), column.is_some());
        self.query(tenant, &sql, &params).await?.iter().map(read_profile).collect()
    }
}
