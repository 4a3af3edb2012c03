//! A repository in memory: what the API reads, filtered by tenant. What it never calls says so.

use super::seed_quality;
use async_trait::async_trait;
use forebay_model::lineage::{DatasetName, LineageEdge};
use forebay_model::{
    DeadLetter, DeadLetterId, Instant, NoticeKind, PageId, PageOutcome, Run, RunId, RunNotice, SourceConfig,
    SourceId, StreamName, StreamRun, StreamSchema, TenantId,
};
use forebay_ports::repository::{
    Applied, DeadLetterFilter, DeadLetterStore, FailedPage, LandedPage, LineageStore, NoticeStore, PageBatch,
    PeriodKey, PeriodQuery, ProfilePeriod, ProfileStore, Profiled, RecordPage, RecordStore, RollUp, RunStore,
    SchemaStore, Slice, SourceStore, StoredPage, StoredRecord, StoredState, StreamEnd, VersionedSchema,
};
use forebay_ports::{PortError, Repository};

/// One tenant's data.
pub struct House {
    pub tenant: TenantId,
    pub sources: Vec<SourceConfig>,
    pub schemas: Vec<(SourceId, VersionedSchema)>,
    pub runs: Vec<Run>,
    pub stream_runs: Vec<StreamRun>,
    pub pages: Vec<StoredPage>,
    /// In order of key and version, of every stream alike; the current ones have no `valid_to`.
    pub records: Vec<StoredRecord>,
    /// In order of run.
    pub profiles: Vec<(SourceId, StreamName, ProfilePeriod)>,
    pub edges: Vec<(RunId, LineageEdge)>,
    pub letters: Vec<DeadLetter>,
}

pub struct Fake {
    pub houses: Vec<House>,
    /// Rules, series and alerts are a real repository's.
    quality: tokio::sync::OnceCell<Box<dyn Repository>>,
}

impl Fake {
    pub fn new(houses: Vec<House>) -> Self {
        Self { houses, quality: tokio::sync::OnceCell::new() }
    }

    pub(super) async fn quality(&self) -> &dyn Repository {
        let opened = self.quality.get_or_init(async || {
            let repository = forebay_embedded::temporary_repository().await.unwrap();
            seed_quality::seed(&repository).await;
            Box::new(repository) as Box<dyn Repository>
        });
        opened.await.as_ref()
    }

    pub(super) fn house(&self, tenant: &TenantId) -> Result<&House, PortError> {
        let what = || format!("tenant {tenant}");
        self.houses.iter().find(|h| &h.tenant == tenant).ok_or_else(|| PortError::NotFound { what: what() })
    }
}

pub(super) fn written<T>() -> Result<T, PortError> {
    Err(PortError::Rejected { service: "fake", detail: "the API does not write here".into() })
}

/// The items after the one named, at most so many.
fn sliced<T: Clone>(items: Vec<&T>, slice: &Slice, name: impl Fn(&T) -> &str) -> Vec<T> {
    let from = match &slice.after {
        Some(after) => items.iter().rposition(|item| name(item) == after).map_or(items.len(), |at| at + 1),
        None => 0,
    };
    items.into_iter().skip(from).take(slice.limit as usize).cloned().collect()
}

#[async_trait]
impl SourceStore for Fake {
    async fn put_source(&self, _: &SourceConfig) -> Result<(), PortError> {
        written()
    }
    async fn sources(&self, tenant: &TenantId) -> Result<Vec<SourceConfig>, PortError> {
        Ok(self.house(tenant)?.sources.clone())
    }
    async fn source(&self, tenant: &TenantId, id: &SourceId) -> Result<Option<SourceConfig>, PortError> {
        Ok(self.house(tenant)?.sources.iter().find(|s| &s.id == id).cloned())
    }
    async fn ping(&self) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl SchemaStore for Fake {
    async fn save_schema(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamSchema,
    ) -> Result<VersionedSchema, PortError> {
        written()
    }
    async fn schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        version: u32,
    ) -> Result<Option<VersionedSchema>, PortError> {
        let all = self.schemas(tenant, source).await?;
        Ok(all.into_iter().find(|s| &s.schema.stream == stream && s.version == version))
    }
    async fn schemas(&self, tenant: &TenantId, source: &SourceId) -> Result<Vec<VersionedSchema>, PortError> {
        let of_source = self.house(tenant)?.schemas.iter().filter(|(s, _)| s == source);
        Ok(of_source.map(|(_, schema)| schema.clone()).collect())
    }
}

#[async_trait]
impl RunStore for Fake {
    async fn fail_page(&self, _: FailedPage<'_>) -> Result<(), PortError> {
        written()
    }
    async fn fail_profiles(&self, _: &TenantId, _: &[PageId], _: &str, _: Instant) -> Result<u64, PortError> {
        written()
    }
    async fn open_run(&self, _: &Run, _: &[StreamName]) -> Result<Run, PortError> {
        written()
    }
    async fn stream_runs(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<StreamRun>, PortError> {
        Ok(self.house(tenant)?.stream_runs.iter().filter(|s| &s.run == run).cloned().collect())
    }
    async fn begin_stream(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &StreamName,
        _: Instant,
    ) -> Result<(), PortError> {
        written()
    }
    async fn expect_records(&self, _: &TenantId, _: &RunId, _: &StreamName, _: u64) -> Result<(), PortError> {
        written()
    }
    async fn restart_stream(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &StreamName,
        _: &str,
    ) -> Result<(), PortError> {
        written()
    }
    async fn land_page(&self, _: LandedPage<'_>) -> Result<(), PortError> {
        written()
    }
    async fn end_stream(&self, _: &TenantId, _: StreamEnd<'_>) -> Result<(), PortError> {
        written()
    }
    async fn end_run(&self, _: &TenantId, _: &RunId, _: Instant) -> Result<Run, PortError> {
        written()
    }
    async fn run(&self, tenant: &TenantId, run: &RunId) -> Result<Option<Run>, PortError> {
        Ok(self.house(tenant)?.runs.iter().find(|r| &r.id == run).cloned())
    }
    async fn runs(
        &self,
        tenant: &TenantId,
        source: Option<&SourceId>,
        slice: Slice,
    ) -> Result<Vec<Run>, PortError> {
        let all = self.house(tenant)?.runs.iter().rev();
        let wanted = all.filter(|run| source.is_none_or(|source| &run.source == source)).collect();
        Ok(sliced(wanted, &slice, |run| run.id.as_str()))
    }
    async fn page(&self, tenant: &TenantId, page: &PageId) -> Result<Option<StoredPage>, PortError> {
        Ok(self.house(tenant)?.pages.iter().find(|p| &p.page.id == page).cloned())
    }
    async fn pages(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: Option<&StreamName>,
        slice: Slice,
    ) -> Result<Vec<StoredPage>, PortError> {
        let all = self.house(tenant)?.pages.iter().filter(|p| &p.page.run == run);
        let wanted = all.filter(|p| stream.is_none_or(|stream| &p.page.stream == stream)).collect();
        Ok(sliced(wanted, &slice, |p| p.page.id.as_str()))
    }
    async fn unfinished_pages(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: Instant,
        _: u32,
    ) -> Result<Vec<StoredPage>, PortError> {
        written()
    }
}

#[async_trait]
impl RecordStore for Fake {
    async fn prepare_table(&self, _: &StreamSchema) -> Result<(), PortError> {
        written()
    }
    async fn apply_page(&self, _: PageBatch<'_>) -> Result<Applied, PortError> {
        written()
    }
    async fn replay_records(&self, _: PageBatch<'_>) -> Result<PageOutcome, PortError> {
        written()
    }
    async fn count_records(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamSchema,
    ) -> Result<u64, PortError> {
        Ok(self.house(tenant)?.records.iter().filter(|r| r.valid_to.is_none()).count() as u64)
    }
    async fn records(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamSchema,
        page: RecordPage,
        slice: Slice,
    ) -> Result<Vec<StoredRecord>, PortError> {
        let all = self.house(tenant)?.records.iter();
        let wanted = all.filter(|r| page == RecordPage::History || r.valid_to.is_none()).collect();
        Ok(sliced(wanted, &slice, |r| r.key.as_str()))
    }
}

#[async_trait]
impl ProfileStore for Fake {
    async fn run_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(u64, Vec<StoredState>), PortError> {
        let mut all = self.house(tenant)?.profiles.iter();
        let found = all.find(|(_, of, period)| &period.key.run == run && of == stream);
        Ok((1, found.map(|(_, _, period)| period.states.clone()).unwrap_or_default()))
    }
    async fn unprofiled(&self, _: &TenantId, _: &[PageId]) -> Result<Vec<PageId>, PortError> {
        written()
    }
    async fn save_profiles(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &StreamName,
        _: u64,
        _: &[StoredState],
        _: &[PageId],
    ) -> Result<Profiled, PortError> {
        written()
    }
    async fn profile_periods(
        &self,
        tenant: &TenantId,
        query: &PeriodQuery<'_>,
    ) -> Result<Vec<ProfilePeriod>, PortError> {
        let all = self.house(tenant)?.profiles.iter().rev();
        let of_stream = all.filter(|(source, stream, _)| source == query.source && stream == query.stream);
        let only = |(_, _, period): &(_, _, ProfilePeriod)| {
            let mut period = period.clone();
            period.states.retain(|s| query.only.is_none_or(|only| only == (s.kind, s.name.as_str())));
            period
        };
        let found = of_stream.map(only).filter(|period| !period.states.is_empty());
        Ok(found.take(query.limit as usize).collect())
    }
    async fn roll_up(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &[PeriodKey],
        _: &RollUp,
    ) -> Result<Profiled, PortError> {
        written()
    }
}

#[async_trait]
impl LineageStore for Fake {
    async fn record_lineage(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &[LineageEdge],
        _: Instant,
    ) -> Result<(), PortError> {
        written()
    }
    async fn edges_into(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError> {
        let all = self.house(tenant)?.edges.iter().map(|(_, e)| e);
        Ok(all.filter(|e| datasets.contains(&e.to)).cloned().collect())
    }
    async fn edges_from(
        &self,
        tenant: &TenantId,
        datasets: &[DatasetName],
    ) -> Result<Vec<LineageEdge>, PortError> {
        let all = self.house(tenant)?.edges.iter().map(|(_, e)| e);
        Ok(all.filter(|e| datasets.contains(&e.from)).cloned().collect())
    }
    async fn edges_of_run(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<LineageEdge>, PortError> {
        Ok(self.house(tenant)?.edges.iter().filter(|(r, _)| r == run).map(|(_, e)| e.clone()).collect())
    }
    async fn count_edges(&self, tenant: &TenantId) -> Result<u64, PortError> {
        Ok(self.house(tenant)?.edges.len() as u64)
    }
}

#[async_trait]
impl DeadLetterStore for Fake {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        slice: Slice,
    ) -> Result<Vec<DeadLetter>, PortError> {
        let all = self.house(tenant)?.letters.iter();
        let wanted = all
            .filter(|l| filter.source.as_ref().is_none_or(|s| &l.source == s))
            .filter(|l| filter.stream.as_ref().is_none_or(|s| &l.stream == s))
            .filter(|l| filter.run.as_ref().is_none_or(|r| &l.run == r))
            .filter(|l| filter.state.is_none_or(|s| l.state == s));
        Ok(sliced(wanted.collect(), &slice, |l| l.id.as_str()))
    }
    async fn dead_letter(
        &self,
        tenant: &TenantId,
        id: &DeadLetterId,
    ) -> Result<Option<DeadLetter>, PortError> {
        Ok(self.house(tenant)?.letters.iter().find(|l| &l.id == id).cloned())
    }
}

#[async_trait]
impl NoticeStore for Fake {
    async fn add_notices(&self, _: &TenantId, _: &RunId, _: &[RunNotice]) -> Result<(), PortError> {
        written()
    }
    async fn notices(&self, tenant: &TenantId, run: &RunId) -> Result<Vec<RunNotice>, PortError> {
        let runs = &self.house(tenant)?.runs;
        let known = runs.iter().any(|r| &r.id == run);
        let notice = RunNotice {
            stream: None,
            kind: NoticeKind::Throttled,
            count: 3,
            detail: format!("CONCURRENCY_LIMIT_EXCEEDED of {tenant}"),
            last: Instant::EPOCH,
        };
        Ok(known.then_some(notice).into_iter().collect())
    }
}
