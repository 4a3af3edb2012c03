//! A source of many streams, in parts and in pages, whose answers take random short times; and processes
//! that read it over one database file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::{
    ConnectorKind, Cursor, Instant, Run, SourceConfig, SourceId, StreamName, StreamRunState, StreamSchema,
    TenantId, Trigger, Value,
};
use forebay_pipeline::{AccountGate, Engine, Namespaces, Pace, begin_run};
use forebay_ports::memory::{MemoryEvents, MemoryRawStore};
use forebay_ports::repository::{RecordPage, Slice, StateKind};
use forebay_ports::{
    Access, Clock, Connector, Limits, NextPage, PageRequest, Pass, Repository, RequestGate, Slices,
    SourceError, SourcePage, StreamSpec, SystemClock,
};

use crate::support::chance::Random;
use crate::support::{inbound, schema, stream};

pub const STREAMS: usize = 10;
const PARTS: usize = 3;
const PAGES: usize = 2;
const RECORDS: usize = 2;
/// Pages of a stream: those of its parts, and one that comes after all parts.
pub const PAGES_OF_STREAM: usize = PARTS * PAGES + 1;
const CONCURRENCY: u32 = 6;

/// The source, as one process has opened it.
pub struct Crowd {
    gate: Arc<AccountGate>,
    random: Random,
    /// Pages that were read, also those that were read before.
    pub reads: Arc<AtomicUsize>,
}

impl Crowd {
    async fn pause(&self) {
        tokio::time::sleep(Duration::from_micros(self.random.below(2_500))).await;
    }

    async fn enter(&self) -> Result<Pass, SourceError> {
        let entered = self.gate.enter(None).await;
        entered.map_err(|paused| SourceError::Throttled { detail: paused.reason, retry_after: None })
    }
}

/// Every third stream is not read in parts.
fn is_sliced(stream: &StreamName) -> bool {
    let number: usize = stream.as_str()[1..].parse().unwrap();
    !number.is_multiple_of(3)
}

/// Where a cursor stands: part and page; the part after the last is the tail.
fn place(cursor: Option<&Cursor>) -> (usize, usize) {
    let text = cursor.map_or("0:0", Cursor::as_str);
    let (part, page) = text.split_once(':').unwrap();
    (part.parse().unwrap(), page.parse().unwrap())
}

fn at(part: usize, page: usize) -> Cursor {
    Cursor::new(format!("{part}:{page}"))
}

fn after(stream: &StreamName, part: usize, page: usize) -> NextPage {
    let end = || NextPage::End { cursor: at(PARTS, 1), proof: "no page follows".into() };
    match (part, page) {
        (PARTS, _) => end(),
        (_, page) if page + 1 < PAGES => NextPage::More(at(part, page + 1)),
        _ if is_sliced(stream) => end(),
        _ => NextPage::More(at(part + 1, 0)),
    }
}

#[async_trait]
impl Connector for Crowd {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        let _place = self.enter().await?;
        self.pause().await;
        let spec = |n: usize| {
            let after = if n == STREAMS - 1 { vec![stream("s0"), stream("s4")] } else { vec![] };
            StreamSpec { stream: stream(&format!("s{n}")), after, optional: false }
        };
        Ok((0..STREAMS).map(spec).collect())
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        Ok(Instant::from_micros(1_700_000_000_000_000))
    }

    async fn discover(&self, name: &StreamName) -> Result<StreamSchema, SourceError> {
        let _place = self.enter().await?;
        self.pause().await;
        Ok(schema(name.as_str(), &["id", "x"]))
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        let _place = self.enter().await?;
        self.pause().await;
        self.reads.fetch_add(1, Ordering::Relaxed);
        let (part, page) = place(request.cursor);
        let stream = &request.schema.stream;
        let next = after(stream, part, page);
        // The run after reads the tail's end, where nothing is new.
        let records = if (part, page) == (PARTS, 1) { 0 } else { RECORDS };
        let first = (part * PAGES + page) * RECORDS;
        let item = |n: usize| format!("{{\"id\":{},\"x\":\"{stream} {n}\"}}", first + n);
        let items = (0..records).map(item).collect::<Vec<_>>().join(",");
        let body = Bytes::from(format!("{{\"items\":[{items}]}}"));
        Ok(SourcePage { body, records: u32::try_from(records).unwrap(), replaces: vec![], next })
    }

    async fn count(&self, _: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        Ok(Some((PAGES_OF_STREAM * RECORDS) as u64))
    }

    async fn slices(&self, request: PageRequest<'_>) -> Result<Option<Slices>, SourceError> {
        let begin = (0..PARTS).map(|part| at(part, 0)).collect();
        Ok(is_sliced(&request.schema.stream).then(|| Slices { begin, then: at(PARTS, 0) }))
    }

    async fn probe(&self, _: &StreamName) -> Result<Access, SourceError> {
        Ok(Access::Readable { records: None })
    }
}

/// What processes share: a database file, raw objects, hubs.
pub struct World {
    folder: tempfile::TempDir,
    raw: Arc<MemoryRawStore>,
    events: Arc<MemoryEvents>,
    reads: Arc<AtomicUsize>,
    pub source: SourceConfig,
}

/// One process: connections and a share of the budget of its own.
pub struct Process {
    pub engine: Engine,
    pub crowd: Crowd,
    pub gate: Arc<AccountGate>,
}

impl World {
    pub fn new() -> Self {
        let source = SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("crowd").unwrap(),
            connector: ConnectorKind::new("scripted").unwrap(),
            settings: BTreeMap::default(),
            secrets: BTreeMap::default(),
        };
        Self {
            folder: tempfile::tempdir().unwrap(),
            raw: Arc::default(),
            events: Arc::new(MemoryEvents::with_hubs([RAW_HUB, RECORDS_HUB])),
            reads: Arc::default(),
            source,
        }
    }

    fn path(&self) -> PathBuf {
        Path::join(self.folder.path(), "forebay.db")
    }

    pub async fn process(&self, seed: u64, clock: Arc<dyn Clock>, claim_life: Duration) -> Process {
        let repository: Arc<dyn Repository> =
            Arc::new(forebay_embedded::open_repository(&self.path()).await.unwrap());
        let namespaces =
            |_: &SourceConfig| Namespaces { source: "s".into(), raw: "r".into(), tables: "t".into() };
        let mut engine = Engine::new(
            Arc::clone(&repository),
            Arc::clone(&self.raw) as _,
            Arc::clone(&self.events) as _,
            clock,
            Box::new(namespaces),
        );
        engine.claim_life = claim_life;
        let limits = Limits { account: "crowd".into(), concurrency: CONCURRENCY, lanes: Vec::new() };
        // The share is asked for so often that asking meets everything else.
        let pace = Pace {
            held: Duration::from_millis(200),
            look_again: Duration::from_millis(5),
            ..Pace::default()
        };
        let clock = Arc::new(SystemClock);
        let gate = AccountGate::new(repository, clock, &self.source.tenant, "scripted", limits).paced(pace);
        let gate = Arc::new(gate);
        let crowd =
            Crowd { gate: Arc::clone(&gate), random: Random::new(seed), reads: Arc::clone(&self.reads) };
        Process { engine, crowd, gate }
    }

    /// Pages that were read, by whomever.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    /// Applies and profiles all that was announced, and gives what is then stored.
    pub async fn settled(&self, process: &Process, run: &Run) -> Settled {
        process.engine.transform(&inbound(&self.events, RAW_HUB)).await.unwrap();
        process.engine.profile(&inbound(&self.events, RECORDS_HUB)).await.unwrap();
        let repository = &process.engine.repository;
        let (tenant, source) = (&self.source.tenant, &self.source.id);
        let mut settled = Settled::default();
        for state in repository.stream_runs(tenant, &run.id).await.unwrap() {
            assert!(state.is_complete() && state.balances(), "{state:?}");
            assert_eq!(state.state, StreamRunState::Ended);
            // A page that was applied, but had not landed when its process died, may come again cut
            // otherwise: its records are then unchanged, not inserted.
            let applied = state.outcome.applied() + state.outcome.unchanged;
            settled
                .streams
                .insert(state.stream.to_string(), (state.pages, state.records, state.bytes, applied));
        }
        for stored in repository.schemas(tenant, source).await.unwrap() {
            let slice = Slice { after: None, limit: 1_000 };
            let rows = repository.records(tenant, source, &stored.schema, RecordPage::Current, slice).await;
            let rows = rows.unwrap().into_iter().map(|row| row.values).collect();
            settled.rows.insert(stored.schema.stream.to_string(), rows);
            let (_, profiles) =
                repository.run_profiles(tenant, &run.id, &stored.schema.stream).await.unwrap();
            for profile in profiles.into_iter().filter(|p| p.kind == StateKind::Column) {
                let seen =
                    forebay_pipeline::finish_profile(&profile.name, &[profile.state], &[]).unwrap().rows;
                settled.profiled.insert((stored.schema.stream.to_string(), profile.name), seen);
            }
        }
        settled
    }
}

/// What a run comes to when everything is applied.
#[derive(Debug, Default)]
pub struct Settled {
    /// Pages, records, bytes, and records that are in the tables.
    pub streams: BTreeMap<String, (u32, u64, u64, u64)>,
    pub rows: BTreeMap<String, Vec<Vec<(String, Value)>>>,
    pub profiled: BTreeMap<(String, String), u64>,
}

impl Settled {
    /// Fails on the first difference.
    pub fn assert_is(&self, expected: &Self, what: &str) {
        assert_eq!(self.streams, expected.streams, "{what}");
        assert_eq!(self.profiled, expected.profiled, "{what}");
        for (stream, rows) in &expected.rows {
            assert_eq!(self.rows.get(stream), Some(rows), "{what}: {stream}");
        }
    }
}

impl Process {
    pub async fn begin(&self, world: &World) -> Run {
        begin_run(&self.engine, &world.source, Ok(&self.crowd), Trigger::Schedule).await.unwrap()
    }

    /// One firing of the timer: reads the run until its end, or until another process has it.
    pub async fn fire(&self, world: &World, run: &Run) -> forebay_pipeline::ExtractReport {
        let gate = Some(self.gate.as_ref());
        let report = self.engine.extract(&world.source, &self.crowd, gate, run.clone(), Instant::MAX).await;
        report.unwrap()
    }
}

/// The run that nobody disturbed.
pub async fn undisturbed(claim_life: Duration) -> Settled {
    let world = World::new();
    let process = world.process(0, Arc::new(SystemClock), claim_life).await;
    let run = process.begin(&world).await;
    let report = process.fire(&world, &run).await;
    assert_eq!((report.ended, report.failed, report.left), (STREAMS, 0, 0));
    world.settled(&process, &run).await
}
