//! The transactions of a run: opening it, landing its pages, ending its streams and itself.

use forebay_model::{Instant, PageId, Run, RunId, RunState, SourceId, StreamName, StreamRunState, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{FailedPage, LandedPage, StreamEnd};

use super::runs::{
    CURSORS, FORGET_CURSOR, PLACE, STREAM_NAMES, STREAM_STATE, UNENDED, open_run, read_run, run_by_id,
    run_row,
};
use super::{SqlRepository, claims, from_word, json_list, pages, rejected, word};
use crate::driver::{Transaction, WriteKind};
use crate::table::{PAGE, RUN, STREAM_CURSOR, STREAM_RUN};
use crate::value::SqlValue;

impl SqlRepository {
    pub(super) async fn open_run_once(&self, fresh: &Run, streams: &[StreamName]) -> Result<Run, PortError> {
        let mut tx = self.begin(&fresh.tenant).await?;
        tx.lock(&format!("source/{}/{}", fresh.tenant, fresh.source)).await?;
        let key = [(&fresh.tenant).into(), (&fresh.source).into()];
        let rows = tx.query(&self.text(&open_run()), &key).await?;
        let run = match rows.first() {
            Some(row) => read_run(row)?,
            None => {
                RUN.write(tx.as_mut(), WriteKind::Insert, vec![run_row(fresh)?]).await?;
                fresh.clone()
            }
        };
        self.add_streams(tx.as_mut(), &run, streams).await?;
        tx.commit().await?;
        Ok(run)
    }

    pub(super) async fn begin_stream_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        at: Instant,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        let (state, _) = self.stream_state(tx.as_mut(), tenant, run, stream).await?;
        if state != StreamRunState::Pending {
            return Ok(());
        }
        let row =
            vec![tenant.into(), run.into(), stream.into(), word(StreamRunState::Reading)?.into(), at.into()];
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &["state", "started"], vec![row]).await?;
        tx.commit().await
    }

    pub(super) async fn expect_records_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        expected: u64,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        let (state, _) = self.stream_state(tx.as_mut(), tenant, run, stream).await?;
        if is_over(state) {
            return Ok(());
        }
        let row = vec![tenant.into(), run.into(), stream.into(), expected.into()];
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &["expected"], vec![row]).await?;
        tx.commit().await
    }

    pub(super) async fn restart_stream_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        holder: &str,
    ) -> Result<(), PortError> {
        let mut tx = self.begin(tenant).await?;
        // Until the commit nobody else takes the run.
        tx.lock(&claims::lock(tenant, run)).await?;
        let (state, source) = self.stream_state(tx.as_mut(), tenant, run, stream).await?;
        if is_over(state) || claims::holder(self, tx.as_mut(), tenant, run).await?.as_deref() != Some(holder)
        {
            return Err(PortError::Conflict { what: format!("stream {stream} of run {run}") });
        }
        let row = vec![tenant.into(), run.into(), stream.into(), SqlValue::Null, SqlValue::Null];
        let names = ["start_json", "cursor_json"];
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &names, vec![row]).await?;
        let key = [tenant.into(), (&source).into(), stream.into()];
        tx.execute(&self.text(FORGET_CURSOR), &key).await?;
        tx.commit().await
    }

    pub(super) async fn land_page_once(&self, landed: LandedPage<'_>) -> Result<(), PortError> {
        let page = landed.page;
        let mut tx = self.begin(&page.tenant).await?;
        tx.lock(&format!("run/{}/{}", page.tenant, page.run)).await?;
        let place = [(&page.tenant).into(), (&page.run).into(), (&page.stream).into(), (&page.id).into()];
        let rows = tx.query(&self.text(PLACE), &place).await?;
        let mut reader = rows.first().ok_or_else(|| unknown_stream(&page.run, &page.stream))?.reader();
        let state: StreamRunState = from_word(reader.text()?)?;
        let last = reader.optional_count()?;
        let before = reader.optional_instant()?;
        let next = last.map_or(0, |l| l + 1);
        if before.is_some() && last == Some(u64::from(page.sequence)) && !is_over(state) {
            return Ok(());
        }
        if before.is_some() || is_over(state) || next != u64::from(page.sequence) {
            return Err(PortError::Conflict { what: format!("stream {} of run {}", page.stream, page.run) });
        }
        let mut row = pages::description_row(page)?;
        row.push(landed.landed.into());
        let names = [pages::DESCRIPTION, &["landed"]].concat();
        PAGE.write_some(tx.as_mut(), WriteKind::Upsert, &names, vec![row]).await?;
        let mut row = place[..3].to_vec();
        row.extend([word(StreamRunState::Reading)?.into(), landed.cursor.into()]);
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &["state", "cursor_json"], vec![row]).await?;
        let row =
            vec![(&page.tenant).into(), (&page.source).into(), (&page.stream).into(), landed.cursor.into()];
        STREAM_CURSOR.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        tx.commit().await
    }

    pub(super) async fn fail_page_once(&self, failed: &FailedPage<'_>) -> Result<(), PortError> {
        let page = failed.page;
        let mut tx = self.begin(&page.tenant).await?;
        tx.lock(&format!("records/{}/{}", page.tenant, page.source)).await?;
        let sql = self.text(pages::APPLIED);
        if pages::applied(tx.as_mut(), &sql, &page.tenant, &page.id).await?.is_some() {
            return Ok(());
        }
        let mut row = pages::description_row(page)?;
        row.extend([failed.at.into(), failed.code.into(), failed.reason.into()]);
        let names = [pages::DESCRIPTION, pages::FAILURE].concat();
        PAGE.write_some(tx.as_mut(), WriteKind::Upsert, &names, vec![row]).await?;
        tx.commit().await
    }

    pub(super) async fn fail_profiles_once(
        &self,
        tenant: &TenantId,
        failed: &[PageId],
        reason: &str,
        at: Instant,
    ) -> Result<u64, PortError> {
        let mut tx = self.begin(tenant).await?;
        let list = json_list(failed.iter().map(PageId::as_str));
        let params = [tenant.into(), list, at.into(), reason.into()];
        let changed = tx.execute(&self.text(&pages::not_profiled(self.db.dialect())), &params).await?;
        tx.commit().await?;
        Ok(changed)
    }

    pub(super) async fn end_stream_once(
        &self,
        tenant: &TenantId,
        end: StreamEnd<'_>,
    ) -> Result<(), PortError> {
        if !is_over(end.state) {
            return Err(rejected(format!("a stream cannot end as {:?}", end.state)));
        }
        let mut tx = self.begin(tenant).await?;
        let (state, source) = self.stream_state(tx.as_mut(), tenant, end.run, end.stream).await?;
        if is_over(state) {
            return Ok(());
        }
        let mut names = vec!["state", "evidence", "ended"];
        let mut row = vec![
            tenant.into(),
            end.run.into(),
            end.stream.into(),
            word(end.state)?.into(),
            end.evidence.into(),
            end.ended.into(),
        ];
        if end.expected.is_some() || end.state == StreamRunState::Ended {
            names.push("expected");
            row.push(end.expected.into());
        }
        if let Some(cursor) = end.cursor {
            names.push("cursor_json");
            row.push(cursor.into());
            let row = vec![tenant.into(), (&source).into(), end.stream.into(), cursor.into()];
            STREAM_CURSOR.write(tx.as_mut(), WriteKind::Upsert, vec![row]).await?;
        }
        STREAM_RUN.write_some(tx.as_mut(), WriteKind::Update, &names, vec![row]).await?;
        tx.commit().await
    }

    pub(super) async fn end_run_once(
        &self,
        tenant: &TenantId,
        run: &RunId,
        at: Instant,
    ) -> Result<Run, PortError> {
        let mut tx = self.begin(tenant).await?;
        tx.lock(&format!("run/{tenant}/{run}")).await?;
        let key = [tenant.into(), run.into()];
        let rows = tx.query(&self.text(&run_by_id()), &key).await?;
        let row = rows.first().ok_or_else(|| PortError::NotFound { what: format!("run {run}") })?;
        let mut found = read_run(row)?;
        if found.state != RunState::Extracting {
            return Ok(found);
        }
        // A stream that has not ended on proof has not been read whole: the run must not look as if.
        let rows = tx.query(&self.text(UNENDED), &key).await?;
        let unended = rows.first().map_or(Ok(0), |row| row.reader().count())?;
        found.state = if unended > 0 { RunState::Failed } else { RunState::Extracted };
        found.ended = Some(at);
        RUN.write(tx.as_mut(), WriteKind::Update, vec![run_row(&found)?]).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Writes a pending `StreamRun` for each stream that the run does not have yet.
    async fn add_streams(
        &self,
        tx: &mut dyn Transaction,
        run: &Run,
        streams: &[StreamName],
    ) -> Result<(), PortError> {
        let rows = tx.query(&self.text(STREAM_NAMES), &[(&run.tenant).into(), (&run.id).into()]).await?;
        let known: Vec<String> = rows.iter().map(|r| r.reader().text()).collect::<Result<_, _>>()?;
        let rows = tx.query(&self.text(CURSORS), &[(&run.tenant).into(), (&run.source).into()]).await?;
        let mut cursors = std::collections::HashMap::new();
        for row in &rows {
            let mut reader = row.reader();
            cursors.insert(reader.text()?, reader.text()?);
        }
        let mut missing: Vec<&StreamName> =
            streams.iter().filter(|s| !known.iter().any(|k| k == s.as_str())).collect();
        missing.sort();
        missing.dedup();
        let row = |stream: &StreamName| -> Result<Vec<SqlValue>, PortError> {
            Ok(vec![
                (&run.tenant).into(),
                (&run.id).into(),
                stream.into(),
                (&run.source).into(),
                word(StreamRunState::Pending)?.into(),
                cursors.get(stream.as_str()).cloned().into(),
                cursors.get(stream.as_str()).cloned().into(),
                0u64.into(),
            ])
        };
        let names = ["source", "state", "start_json", "cursor_json", "profile_revision"];
        let rows = missing.into_iter().map(row).collect::<Result<_, _>>()?;
        STREAM_RUN.write_some(tx, WriteKind::Insert, &names, rows).await
    }

    /// Locks the run and gives the stream's state and source.
    async fn stream_state(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(StreamRunState, SourceId), PortError> {
        tx.lock(&format!("run/{tenant}/{run}")).await?;
        let rows = tx.query(&self.text(STREAM_STATE), &[tenant.into(), run.into(), stream.into()]).await?;
        let row = rows.first().ok_or_else(|| unknown_stream(run, stream))?;
        let mut reader = row.reader();
        Ok((from_word(reader.text()?)?, reader.id()?))
    }
}

fn unknown_stream(run: &RunId, stream: &StreamName) -> PortError {
    PortError::NotFound { what: format!("stream {stream} of run {run}") }
}

fn is_over(state: StreamRunState) -> bool {
    matches!(state, StreamRunState::Ended | StreamRunState::Failed | StreamRunState::Skipped)
}
