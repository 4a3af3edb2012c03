//! Profile states: opaque, replaced under an optimistic revision.

use async_trait::async_trait;
use forebay_model::{PageId, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    PeriodKey, PeriodQuery, ProfilePeriod, ProfileStore, Profiled, RollUp, StateKind, StoredState,
};

use super::retry::again;
use super::{SqlRepository, json_list, rejected};
use crate::dialect::Dialect;
use crate::driver::{Transaction, WriteKind};
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

/// States that are no column's share the columns' names: a column's holds no bracket.
const PREFIXES: [(StateKind, &str); 3] =
    [(StateKind::Relations, "[relations] "), (StateKind::Rules, "[rules] "), (StateKind::Ends, "[ends] ")];

/// A state's name as it is stored.
pub(super) fn stored_name(kind: StateKind, name: &str) -> Result<String, PortError> {
    let prefix = PREFIXES.iter().find(|(k, _)| *k == kind).map_or("", |(_, prefix)| prefix);
    let stored = format!("{prefix}{name}");
    if stored.chars().count() > 128 || name.starts_with('[') {
        return Err(rejected(format!("`{name}` cannot name a state")));
    }
    Ok(stored)
}

pub(super) fn read_state(stored: &str, state: Vec<u8>) -> StoredState {
    for (kind, prefix) in PREFIXES {
        if let Some(name) = stored.strip_prefix(prefix) {
            return StoredState { kind, name: name.to_owned(), state };
        }
    }
    StoredState { kind: StateKind::Column, name: stored.to_owned(), state }
}

fn profiled_pages(rows: &[Row]) -> Result<Vec<(String, bool)>, PortError> {
    let read = |row: &Row| {
        let mut reader = row.reader();
        Ok((reader.text()?, reader.flag()?))
    };
    rows.iter().map(read).collect()
}

impl SqlRepository {
    /// The revision of a stream run's profile and whose it is; whoever asks holds the run's lock.
    pub(super) async fn profile_revision(
        &self,
        tx: &mut dyn Transaction,
        key: &[SqlValue; 3],
    ) -> Result<Option<(u64, String)>, PortError> {
        let rows = tx.query(&self.text(REVISION), key).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut reader = row.reader();
        Ok(Some((reader.count()?, reader.text()?)))
    }

    async fn save_profiles_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
        states: &[StoredState],
        pages: &[PageId],
    ) -> Result<Profiled, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("run/{tenant}/{run}")).await?;
        let key = [tenant.into(), run.into(), stream.into()];
        let found = self.profile_revision(tx.as_mut(), &key).await?;
        let (found, source) =
            found.ok_or_else(|| PortError::NotFound { what: format!("stream {stream} of run {run}") })?;
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
        let state = |(ordinal, s): (u32, &StoredState)| {
            let mut row = key.to_vec();
            let name = stored_name(s.kind, &s.name)?;
            let bytes = SqlValue::Bytes(s.state.clone());
            row.extend([name.into(), source.as_str().into(), ordinal.into(), bytes]);
            Ok(row)
        };
        let rows = (0u32..).zip(states).map(state).collect::<Result<_, PortError>>()?;
        PROFILE_STATE.write(tx.as_mut(), WriteKind::Insert, rows).await?;
        tx.execute(&self.text(&mark(self.db.dialect())), &list).await?;
        self.set_profile_revision(tx.as_mut(), &key, revision + 1).await?;
        tx.commit().await?;
        Ok(Profiled::Saved)
    }

    pub(super) async fn set_profile_revision(
        &self,
        tx: &mut dyn Transaction,
        key: &[SqlValue; 3],
        revision: u64,
    ) -> Result<(), PortError> {
        let mut row = key.to_vec();
        row.push(revision.into());
        STREAM_RUN.write_some(tx, WriteKind::Update, &["profile_revision"], vec![row]).await
    }
}

#[async_trait]
impl ProfileStore for SqlRepository {
    async fn run_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(u64, Vec<StoredState>), PortError> {
        let rows = self.query(tenant, OF_RUN, &[tenant.into(), run.into(), stream.into()]).await?;
        let revision = rows.first().map_or(Ok(0), |row| row.reader().count())?;
        let mut states = Vec::with_capacity(rows.len());
        // Each row goes as soon as it is read: states are large.
        for row in rows {
            let mut reader = row.reader();
            reader.count()?;
            let Some(name) = reader.optional_text()? else { continue };
            states.push(read_state(&name, reader.bytes()?));
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
        states: &[StoredState],
        pages: &[PageId],
    ) -> Result<Profiled, PortError> {
        again(|| self.save_profiles_once(tenant, run, stream, revision, states, pages)).await
    }

    async fn profile_periods(
        &self,
        tenant: &TenantId,
        query: &PeriodQuery<'_>,
    ) -> Result<Vec<ProfilePeriod>, PortError> {
        self.read_periods(tenant, query).await
    }

    async fn roll_up(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        replaced: &[PeriodKey],
        by: &RollUp,
    ) -> Result<Profiled, PortError> {
        again(|| self.roll_up_once(tenant, source, stream, replaced, by)).await
    }
}
