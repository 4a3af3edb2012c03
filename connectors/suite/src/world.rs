//! A connector in the real engine, over SQLite, with events and raw pages in memory.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use forebay_connectors::{Context, Row};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::{Instant, Run, RunState, SourceConfig, StreamName, StreamRun, StreamRunState, Trigger};
use forebay_pipeline::{AccountGate, Engine, Namespaces, Pace, begin_run};
use forebay_ports::memory::{MemoryRawStore, MemorySecrets};
use forebay_ports::repository::Slice;
use forebay_ports::{Clock, Connector, EventPublisher, RawStore, Repository, SourceError, SystemClock};

use crate::account::{Account, Reading, Size, Vendor, source};
use crate::control::Control;
use crate::hubs::{Deliveries, Hubs};
use crate::script::{Script, Tripwire, Writes};

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
/// How often functions look for events while the source is read.
const BESIDE: Duration = Duration::from_millis(5);
/// A run that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(120);

/// This machine's clock, some seconds off.
struct Skewed(AtomicI64);

impl Clock for Skewed {
    fn now(&self) -> Instant {
        SystemClock.now().plus_seconds(self.0.load(Ordering::Relaxed))
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
    /// The streams that are to be loaded, all of them and no others; `None` where that is not known.
    pub(crate) expected: Option<BTreeSet<StreamName>>,
    /// Rows that are no more and need not be known to be yet, over all streams.
    pub(crate) leeway: AtomicU32,
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
enum Step {
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
            expected: None,
            leeway: AtomicU32::new(0),
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

    /// The streams that the connector offers and the account lets be read, asked with nothing in the way.
    pub(crate) async fn offered(&self) -> Result<BTreeSet<StreamName>> {
        let process = self.process(&Script::new(self.control.clone(), Vec::new()))?;
        let mut offered = BTreeSet::new();
        for spec in process.connector.streams().await? {
            match process.connector.discover(&spec.stream).await {
                Ok(_) => drop(offered.insert(spec.stream)),
                Err(SourceError::Forbidden { .. }) if spec.optional => {}
                Err(error) => return Err(error).context(format!("discovery of {}", spec.stream)),
            }
        }
        Ok(offered)
    }

    fn engine(&self) -> Engine {
        self.engine_over(Arc::clone(&self.raw) as _, Arc::clone(&self.hubs) as _)
    }

    fn engine_over(&self, raw: Arc<dyn RawStore>, events: Arc<dyn EventPublisher>) -> Engine {
        let named = |source: &SourceConfig| Namespaces {
            source: source.connector.to_string(),
            raw: "raw".into(),
            tables: "tables".into(),
        };
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
        let (raw, hubs) = (Arc::clone(&self.raw), Arc::clone(&self.hubs));
        let writes = Arc::new(Writes { raw, hubs, script: Arc::clone(script) });
        let engine = self.engine_over(Arc::clone(&writes) as _, writes);
        Ok(Process { engine, connector: (self.connector.open)(&self.source, context)?, gate })
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
        if let Ok(Fired::Killed) = fired {
            // A dead process gives nothing back.
            std::mem::forget(Arc::clone(&process.gate));
        }
        fired
    }

    /// Fires while what is announced is given to its functions.
    pub(crate) async fn fire_and_deliver(
        &self,
        script: &Arc<Script>,
        budget: Option<Duration>,
        deliveries: &mut Deliveries,
    ) -> Result<Fired> {
        let over = AtomicBool::new(false);
        let firing = async {
            let fired = self.fire(script, budget).await;
            over.store(true, Ordering::Relaxed);
            fired
        };
        let delivering = async {
            while !over.load(Ordering::Relaxed) {
                self.deliver(deliveries).await?;
                tokio::time::sleep(BESIDE).await;
            }
            anyhow::Ok(())
        };
        let (fired, delivered) = tokio::join!(firing, delivering);
        delivered?;
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

    /// Gives what was announced to its functions. A batch whose function died does not come again.
    pub(crate) async fn deliver(&self, deliveries: &mut Deliveries) -> Result<()> {
        for (hub, step) in [(RAW_HUB, Step::Transform), (RECORDS_HUB, Step::Profile)] {
            for batch in self.hubs.take(hub, deliveries) {
                let engine = self.engine();
                let work = async {
                    match step {
                        Step::Transform => engine.transform(&batch).await.map(drop),
                        Step::Profile => engine.profile(&batch).await.map(drop),
                    }
                };
                match deliveries.life() {
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
            self.deliver(&mut Deliveries::calm()).await?;
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

    /// A load that comes to a good end; gives the requests it took.
    pub(crate) async fn load_whole(&self) -> Result<u32> {
        let script = Script::new(self.control.clone(), Vec::new());
        let fired = self.fire(&script, None).await?;
        self.settle().await?;
        ensure!(fired.is_complete(), "with nothing in its way: {}", self.why().await);
        Ok(script.asked())
    }

    /// Evidence of what did not end.
    pub(crate) async fn why(&self) -> String {
        let Ok((run, streams)) = self.newest().await else { return "there is no run".into() };
        let open = streams.into_iter().filter(|s| !s.is_complete());
        let open: Vec<String> =
            open.map(|s| format!("{} {:?} {:?}", s.stream, s.state, s.evidence)).collect();
        let notices = self.repository.notices(&run.tenant, &run.id).await.unwrap_or_default();
        let notices: Vec<String> =
            notices.into_iter().take(5).map(|n| format!("{:?}: {}", n.kind, n.detail)).collect();
        format!("{:?}; {}; {}", run.state, open.join(", "), notices.join(", "))
    }

    /// The source's runs, newest first.
    pub(crate) async fn runs(&self, limit: u32) -> Result<Vec<Run>> {
        let slice = Slice { after: None, limit };
        Ok(self.repository.runs(&self.source.tenant, Some(&self.source.id), slice).await?)
    }

    /// The newest run, and its streams.
    pub async fn newest(&self) -> Result<(Run, Vec<StreamRun>)> {
        let run = self.runs(1).await?.into_iter().next().ok_or_else(|| anyhow::anyhow!("there is no run"))?;
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
        for run in self.runs(1_000).await? {
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
