//! A source whose pages a test writes by hand, and a pipeline on in-memory ports over SQLite.

pub mod chance;
pub mod queue;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::profile::ColumnProfile;
use forebay_model::{
    Column, ColumnType, ConnectorKind, Cursor, Instant, RecordsAt, Run, SourceConfig, SourceId, StreamName,
    StreamRun, StreamSchema, TenantId, Trigger,
};
use forebay_pipeline::{Engine, Inbound, Namespaces, Watched, begin_run};
use forebay_ports::memory::{MemoryEvents, MemoryRawStore};
use forebay_ports::repository::StateKind;
use forebay_ports::{
    Access, Clock, Connector, NextPage, PageRequest, PortError, Repository, SourceError, SourcePage,
    StreamSpec, WorkQueue,
};

use queue::HostedQueue;

/// Ticks a second at every look, so that no two moments are equal.
pub struct TickingClock(AtomicI64);

const BEGINNING: i64 = 1_800_000_000_000_000;

impl TickingClock {
    /// Time only goes on.
    pub fn pass_to(&self, at: Instant) {
        let seconds = (at.micros() - BEGINNING).div_euclid(1_000_000) + 1;
        self.0.fetch_max(seconds, Ordering::SeqCst);
    }

    pub fn pass_hours(&self, hours: i64) {
        self.0.fetch_add(hours * 3_600, Ordering::SeqCst);
    }
}

impl Clock for TickingClock {
    fn now(&self) -> Instant {
        Instant::from_micros(BEGINNING + 1_000_000 * self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// What the source answers for a stream and a cursor (empty for the first page).
type Answer = Box<dyn Fn() -> Result<SourcePage, SourceError> + Send + Sync>;

#[derive(Default)]
pub struct ScriptedSource {
    streams: Vec<StreamSpec>,
    schemas: Mutex<HashMap<String, StreamSchema>>,
    pages: Mutex<HashMap<(String, String), Answer>>,
    pub count_fails: bool,
    /// What the source counts, where it can.
    pub counts: Option<u64>,
    /// Streams that it refuses.
    pub refused: Mutex<Vec<&'static str>>,
    /// A stream whose probe is never answered.
    pub silent: Mutex<Option<&'static str>>,
    pub asked: Asked,
}

/// How often the source was asked what.
#[derive(Default)]
pub struct Asked {
    discover: AtomicUsize,
    count: AtomicUsize,
    probe: AtomicUsize,
}

impl Asked {
    pub fn discoveries(&self) -> usize {
        self.discover.load(Ordering::SeqCst)
    }

    pub fn counts(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub fn probes(&self) -> usize {
        self.probe.load(Ordering::SeqCst)
    }
}

impl ScriptedSource {
    pub fn stream(mut self, name: &str, columns: &[&str]) -> Self {
        self.streams.push(StreamSpec { stream: stream(name), after: vec![], optional: false });
        self.set_columns(name, columns);
        self
    }

    /// The last stream that was named is one that not every account has.
    pub fn optional(mut self) -> Self {
        self.streams.last_mut().unwrap().optional = true;
        self
    }

    fn look(&self, name: &StreamName) -> Result<(), SourceError> {
        if self.refused.lock().unwrap().contains(&name.as_str()) {
            let detail = "the role lacks a permission".into();
            return Err(SourceError::Forbidden { stream: name.clone(), detail });
        }
        Ok(())
    }

    pub fn set_columns(&self, name: &str, columns: &[&str]) {
        self.schemas.lock().unwrap().insert(name.into(), schema(name, columns));
    }

    pub fn answer(
        &self,
        name: &str,
        cursor: &str,
        answer: impl Fn() -> Result<SourcePage, SourceError> + Send + Sync + 'static,
    ) {
        self.pages.lock().unwrap().insert((name.into(), cursor.into()), Box::new(answer));
    }

    pub fn page(&self, name: &str, cursor: &str, items: &str, next: NextPage) {
        let records =
            u32::try_from(serde_json::from_str::<Vec<serde_json::Value>>(items).unwrap().len()).unwrap();
        let body = Bytes::from(format!("{{\"items\":{items}}}"));
        self.answer(name, cursor, move || {
            Ok(SourcePage { body: body.clone(), records, replaces: vec![], next: next.clone() })
        });
    }
}

#[async_trait]
impl Connector for ScriptedSource {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        Ok(self.streams.clone())
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        Ok(Instant::from_micros(1_700_000_000_000_000))
    }

    async fn discover(&self, name: &StreamName) -> Result<StreamSchema, SourceError> {
        self.asked.discover.fetch_add(1, Ordering::SeqCst);
        self.look(name)?;
        Ok(self.schemas.lock().unwrap()[name.as_str()].clone())
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let cursor = request.cursor.map_or("", Cursor::as_str).to_owned();
        let key = (request.schema.stream.to_string(), cursor);
        let pages = self.pages.lock().unwrap();
        pages.get(&key).unwrap_or_else(|| panic!("no page is scripted for {key:?}"))()
    }

    async fn probe(&self, name: &StreamName) -> Result<Access, SourceError> {
        self.asked.probe.fetch_add(1, Ordering::SeqCst);
        if self.silent.lock().unwrap().is_some_and(|silent| silent == name.as_str()) {
            std::future::pending::<()>().await;
        }
        self.look(name)?;
        Ok(Access::Readable { records: None })
    }

    async fn count(&self, _: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        self.asked.count.fetch_add(1, Ordering::SeqCst);
        if self.count_fails {
            return Err(SourceError::Throttled { detail: "later".into(), retry_after: None });
        }
        Ok(self.counts)
    }
}

pub fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

pub fn more(cursor: &str) -> NextPage {
    NextPage::More(Cursor::new(cursor))
}

pub fn end(cursor: &str) -> NextPage {
    NextPage::End { cursor: Cursor::new(cursor), proof: "the script ends".into() }
}

/// `id` is the key and a whole number, `changed` says when a record changed; all else is text.
pub fn schema(name: &str, columns: &[&str]) -> StreamSchema {
    let column = |name: &&str| Column {
        name: (*name).into(),
        source_field: (*name).into(),
        column_type: match *name {
            "id" => ColumnType::Integer,
            "changed" => ColumnType::Timestamp,
            _ => ColumnType::Text,
        },
        nullable: *name != "id",
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("scripted").unwrap(),
        stream: stream(name),
        columns: columns.iter().map(column).collect(),
        key: vec!["id".into()],
        modified: columns.contains(&"changed").then(|| "changed".into()),
        records_at: RecordsAt::Field("items".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

/// Everything that a hub holds, as its function would get it.
pub fn inbound(events: &MemoryEvents, hub: &str) -> Vec<Inbound> {
    let inbound = |(sequence_number, event): (i64, forebay_ports::Event)| Inbound {
        hub: hub.into(),
        partition: "0".into(),
        sequence_number,
        body: event.body,
    };
    (0i64..).zip(events.published(hub)).map(inbound).collect()
}

pub struct Bench {
    pub engine: Arc<Engine>,
    pub repository: Arc<dyn Repository>,
    pub events: Arc<MemoryEvents>,
    pub source: SourceConfig,
    pub clock: Arc<TickingClock>,
}

impl Bench {
    /// Nobody is asked to look at quality: tests do it themselves.
    pub async fn new() -> Self {
        Self::with_queue(|_| None).await
    }

    /// With a queue whose messages come again after so many seconds.
    pub async fn asking(lease: i64) -> (Self, Arc<HostedQueue>) {
        let mut queue = None;
        let bench = Self::with_queue(|clock| {
            let hosted = Arc::new(HostedQueue::new(clock, lease));
            queue = Some(Arc::clone(&hosted));
            Some(hosted as _)
        });
        (bench.await, queue.unwrap())
    }

    async fn with_queue(queue: impl FnOnce(Arc<TickingClock>) -> Option<Arc<dyn WorkQueue>>) -> Self {
        let repository: Arc<dyn Repository> =
            Arc::new(forebay_embedded::temporary_repository().await.unwrap());
        let events = Arc::new(MemoryEvents::with_hubs([RAW_HUB, RECORDS_HUB]));
        let clock = Arc::new(TickingClock(AtomicI64::new(0)));
        let namespaces =
            |_: &SourceConfig| Namespaces { source: "s".into(), raw: "r".into(), tables: "t".into() };
        let mut engine = Engine::new(
            Arc::clone(&repository),
            Arc::new(MemoryRawStore::default()),
            Arc::clone(&events) as _,
            Arc::clone(&clock) as _,
            Box::new(namespaces),
        );
        engine.claim_life = std::time::Duration::from_millis(300);
        engine.queue = queue(Arc::clone(&clock));
        let engine = Arc::new(engine);
        let source = SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("books").unwrap(),
            connector: ConnectorKind::new("scripted").unwrap(),
            settings: Default::default(),
            secrets: Default::default(),
        };
        Self { engine, repository, events, source, clock }
    }

    pub async fn begin(&self, connector: &ScriptedSource) -> Run {
        self.begin_by(connector, Trigger::Schedule).await
    }

    pub async fn begin_by(&self, connector: &ScriptedSource, trigger: Trigger) -> Run {
        begin_run(&self.engine, &self.source, Ok(connector), trigger).await.unwrap()
    }

    /// One firing of the timer.
    pub async fn extract(&self, connector: &ScriptedSource) -> Result<Run, PortError> {
        self.read(connector, self.begin(connector).await).await
    }

    /// Reads a run as far as it goes.
    pub async fn read(&self, connector: &ScriptedSource, run: Run) -> Result<Run, PortError> {
        self.engine.extract(&self.source, connector, None, run, Instant::MAX).await.map(|report| report.run)
    }

    /// Everything that a hub holds, as its function would get it.
    pub fn inbound(&self, hub: &str) -> Vec<Inbound> {
        inbound(&self.events, hub)
    }

    /// Applies, profiles and measures all that was announced.
    pub async fn settle(&self) {
        self.engine.transform(&self.inbound(RAW_HUB)).await.unwrap();
        self.engine.profile(&self.inbound(RECORDS_HUB)).await.unwrap();
        self.engine.measure(&self.source.tenant, &self.source.id).await.unwrap();
    }

    /// Looks at quality as a message asks to.
    pub async fn watch(&self) -> Watched {
        self.engine.watch(&self.source.tenant, &self.source.id).await.unwrap()
    }

    pub async fn stream_run(&self, run: &Run, name: &str) -> StreamRun {
        let runs = self.repository.stream_runs(&self.source.tenant, &run.id).await.unwrap();
        runs.into_iter().find(|s| s.stream == stream(name)).unwrap()
    }

    /// Rows that the profile of a column saw in a run.
    pub async fn rows_profiled(&self, run: &Run, name: &str, column: &str) -> Option<u64> {
        Some(self.profiled(run, name, column).await?.rows)
    }

    /// The profile of a column in a run.
    pub async fn profiled(&self, run: &Run, name: &str, column: &str) -> Option<ColumnProfile> {
        let (_, states) =
            self.repository.run_profiles(&self.source.tenant, &run.id, &stream(name)).await.unwrap();
        let state = states.into_iter().find(|s| s.kind == StateKind::Column && s.name == column)?;
        Some(forebay_pipeline::finish_profile(column, &[state.state], &[]).unwrap())
    }
}
