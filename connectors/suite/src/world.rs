//! A connector in the real engine, over SQLite, with events and raw pages in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use forebay_connectors::{Context, Row};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::{Instant, Run, RunState, SourceConfig, StreamName, StreamRun, StreamRunState, Trigger};
use forebay_pipeline::{AccountGate, Engine, Inbound, Namespaces, Pace, begin_run};
use forebay_ports::memory::{MemoryRawStore, MemorySecrets};
use forebay_ports::repository::Slice;
use forebay_ports::{Clock, Connector, Event, EventPublisher, PortError, Repository, SystemClock};

use crate::account::{Account, Reading, Size, Vendor, source};
use crate::control::Control;
use crate::script::{Script, Tripwire};

/// A killed process costs the next one this long.
const CLAIM_LIFE: Duration = Duration::from_millis(250);
/// The budget's waits, a hundredth of what they are.
const PACE: Pace = Pace {
    held: Duration::from_millis(300),
    look_again: Duration::from_millis(5),
    patience: Duration::from_secs(5),
    first_break: Duration::from_millis(100),
    longest_break: Duration::from_secs(1),
};
/// So many times what the limits allow in a time.
const RATES: u32 = 1_000;
/// A run that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(120);

/// This machine's clock, some seconds off.
struct Skewed(AtomicI64);

impl Clock for Skewed {
    fn now(&self) -> Instant {
        SystemClock.now().plus_seconds(self.0.load(Ordering::Relaxed))
    }
}

/// Events that were accepted and not yet given to their function.
#[derive(Default)]
struct Hubs(Mutex<BTreeMap<String, Vec<Event>>>);

#[async_trait]
impl EventPublisher for Hubs {
    async fn publish(&self, hub: &str, events: Vec<Event>) -> Result<(), PortError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(hub.to_owned())
            .or_default()
            .extend(events);
        Ok(())
    }
}

impl Hubs {
    fn take(&self, hub: &str) -> Vec<Inbound> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(hub).unwrap_or_default();
        let inbound = |(sequence_number, event): (i64, Event)| Inbound {
            hub: hub.into(),
            partition: "0".into(),
            sequence_number,
            body: event.body,
        };
        (0i64..).zip(events).map(inbound).collect()
    }
}

/// One account and all that was loaded from it.
pub struct World {
    pub account: Box<dyn Account>,
    pub control: Control,
    pub source: SourceConfig,
    pub repository: Arc<dyn Repository>,
    /// Where its secrets are; rotate them here.
    pub secrets: Arc<MemorySecrets>,
    connector: Row,
    raw: Arc<MemoryRawStore>,
    hubs: Arc<Hubs>,
    clock: Arc<Skewed>,
}

/// What a process has in memory: it is gone when the process is.
pub(crate) struct Process {
    pub engine: Engine,
    pub connector: Box<dyn Connector>,
    gate: Arc<AccountGate>,
}

/// How a firing of the timer ended.
#[derive(Debug)]
pub(crate) enum Fired {
    Killed,
    Run(Run),
}

impl Fired {
    pub fn is_complete(&self) -> bool {
        matches!(self, Fired::Run(run) if run.state == RunState::Extracted)
    }
}

/// Steps of the pipeline that follow extraction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Transform,
    Profile,
}

impl World {
    /// A world around a fresh account.
    pub async fn new(vendor: &dyn Vendor, size: Size, reading: Reading) -> Result<Self> {
        let account = vendor.account(size).await?;
        let connector = vendor.connector();
        let secrets = account.secrets();
        Ok(Self {
            control: Control::new(account.base_url(), account.change_options())?,
            source: source(connector.kind, account.as_ref(), reading)?,
            repository: Arc::new(forebay_embedded::temporary_repository().await?),
            secrets: Arc::new(MemorySecrets::new(
                secrets.iter().map(|(name, value)| (*name, value.as_str())),
            )),
            account,
            connector,
            raw: Arc::default(),
            hubs: Arc::default(),
            clock: Arc::new(Skewed(AtomicI64::new(0))),
        })
    }

    /// Our clock goes wrong by so many seconds.
    pub fn skew(&self, seconds: i64) {
        self.clock.0.store(seconds, Ordering::Relaxed);
    }

    fn engine(&self) -> Engine {
        let named = |source: &SourceConfig| Namespaces {
            source: source.connector.to_string(),
            raw: "raw".into(),
            tables: "tables".into(),
        };
        let (raw, events) = (Arc::clone(&self.raw) as _, Arc::clone(&self.hubs) as _);
        let clock = Arc::clone(&self.clock) as _;
        let mut engine = Engine::new(Arc::clone(&self.repository), raw, events, clock, Box::new(named));
        engine.claim_life = CLAIM_LIFE;
        engine
    }

    pub(crate) fn process(&self, script: &Arc<Script>) -> Result<Process> {
        let (tenant, kind) = (&self.source.tenant, self.connector.kind);
        let mut limits = (self.connector.limits)(&self.source)?;
        // Rates are the matter of the gate's own tests; here they would only cost time.
        limits.lanes.iter_mut().for_each(|lane| lane.requests = lane.requests.saturating_mul(RATES));
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let gate = AccountGate::new(Arc::clone(&self.repository), clock, tenant, kind, limits).paced(PACE);
        let gate = Arc::new(gate);
        let tripwire = Tripwire { gate: Arc::clone(&gate), script: Arc::clone(script) };
        let context = Context { secrets: Arc::clone(&self.secrets) as _, gate: Arc::new(tripwire) };
        Ok(Process { engine: self.engine(), connector: (self.connector.open)(&self.source, context)?, gate })
    }

    /// One firing of the timer in a process of its own: what was left behind is announced, then the source
    /// is read until the run ends or the time is up, or until the process is killed.
    pub(crate) async fn fire(&self, script: &Arc<Script>, budget: Option<Duration>) -> Result<Fired> {
        let process = self.process(script)?;
        let fired = tokio::time::timeout(HANGS, async {
            tokio::select! {
                run = self.extract(&process, budget) => run.map(Fired::Run),
                () = script.kill() => Ok(Fired::Killed),
            }
        });
        let Ok(fired) = fired.await else { anyhow::bail!("a firing hangs for {} s", HANGS.as_secs()) };
        if let Some(failure) = script.failure() {
            anyhow::bail!("the account did not take an order: {failure}");
        }
        fired
    }

    async fn extract(&self, process: &Process, budget: Option<Duration>) -> Result<Run> {
        let Process { engine, connector, gate } = process;
        let now = self.clock.now();
        engine.sweep(&self.source, now).await?;
        let run = begin_run(engine, &self.source, Ok(connector.as_ref()), Trigger::Schedule).await?;
        let micros = budget.map_or(i64::MAX / 4, |b| i64::try_from(b.as_micros()).unwrap_or(i64::MAX / 4));
        let deadline = Instant::from_micros(now.micros().saturating_add(micros));
        let extracted = engine.extract(&self.source, connector.as_ref(), Some(gate), run, deadline).await;
        gate.close().await;
        Ok(extracted?.run)
    }

    /// Gives what was announced to its functions. `fails` says of each batch how long its function lives;
    /// a batch whose function died does not come again.
    pub(crate) async fn deliver(&self, mut fails: impl FnMut(Step) -> Option<Duration>) -> Result<()> {
        for (hub, step) in [(RAW_HUB, Step::Transform), (RECORDS_HUB, Step::Profile)] {
            let events = self.hubs.take(hub);
            for batch in events.chunks(20) {
                let engine = self.engine();
                let work = async {
                    match step {
                        Step::Transform => engine.transform(batch).await.map(drop),
                        Step::Profile => engine.profile(batch).await.map(drop),
                    }
                };
                match fails(step) {
                    Some(life) => drop(tokio::time::timeout(life, work).await),
                    None => work.await?,
                }
            }
        }
        Ok(())
    }

    /// Until everything that landed is applied and profiled.
    pub async fn settle(&self) -> Result<()> {
        for _ in 0..20 {
            self.deliver(|_| None).await?;
            if self.engine().sweep(&self.source, Instant::MAX).await? == 0 {
                return Ok(());
            }
        }
        anyhow::bail!("pages are announced again and again")
    }

    /// One extraction with nothing in its way, applied and profiled.
    pub async fn load(&self) -> Result<(Run, Vec<StreamRun>)> {
        let script = Script::new(self.control.clone(), Vec::new());
        let Fired::Run(run) = self.fire(&script, None).await? else { anyhow::bail!("nobody kills here") };
        self.settle().await?;
        let streams = self.repository.stream_runs(&self.source.tenant, &run.id).await?;
        Ok((run, streams))
    }

    /// The newest run, and its streams.
    pub async fn newest(&self) -> Result<(Run, Vec<StreamRun>)> {
        let one = Slice { after: None, limit: 1 };
        let runs = self.repository.runs(&self.source.tenant, Some(&self.source.id), one).await?;
        let run = runs.into_iter().next().ok_or_else(|| anyhow::anyhow!("there is no run"))?;
        let streams = self.repository.stream_runs(&self.source.tenant, &run.id).await?;
        Ok((run, streams))
    }

    /// Streams that the newest run skipped.
    pub(crate) async fn skipped(&self) -> Result<BTreeSet<StreamName>> {
        let skipped = |s: StreamRun| (s.state == StreamRunState::Skipped).then_some(s.stream);
        Ok(self.newest().await?.1.into_iter().filter_map(skipped).collect())
    }

    /// Every run of the source accounts for every record it read.
    pub async fn balances(&self) -> Result<()> {
        let all = Slice { after: None, limit: 1_000 };
        for run in self.repository.runs(&self.source.tenant, Some(&self.source.id), all).await? {
            for stream in self.repository.stream_runs(&self.source.tenant, &run.id).await? {
                let name = &stream.stream;
                ensure!(stream.balances(), "run {} {name} does not balance: {stream:?}", run.id);
                ensure!(
                    stream.outcome.dead_lettered == 0,
                    "run {} {name} has dead letters: {stream:?}",
                    run.id
                );
                let settled = stream.pages_applied == stream.pages && stream.pages_profiled == stream.pages;
                ensure!(settled, "run {} {name} is not settled: {stream:?}", run.id);
            }
        }
        Ok(())
    }
}
