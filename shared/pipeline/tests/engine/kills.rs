//! No interleaving of kills loses an alert: with nothing but the messages that are in the queue then, whoever is to
//! be told is told, perhaps twice and then with the same id.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use forebay_model::alert::{AlertChannel, ChannelKind};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::rule::{Expectation, Rule, RuleId, Severity};
use forebay_model::{Instant, RunState};
use forebay_pipeline::{Deliverer, QualityRequest, Watcher};
use forebay_ports::memory::MemorySecrets;
use forebay_ports::repository::{Edit, RuleCaps, Slice};
use forebay_ports::{AlertSender, Outgoing, PortError, Receipt, Secret, SourceError};

use crate::support::chance::{Cut, Random};
use crate::support::queue::{HostedQueue, Message};
use crate::support::{Bench, ScriptedSource, end, stream};

/// A message comes again before the lease of a delivery is over, and long after.
const LEASES: [i64; 2] = [20, 600];
/// More messages than any of this takes.
const FOR_EVER: usize = 200;

/// Whom alerts are sent to: busy so often, then takes them.
#[derive(Default)]
struct Receiver {
    busy: AtomicUsize,
    heard: Mutex<Vec<String>>,
}

#[async_trait]
impl AlertSender for Receiver {
    async fn send(&self, id: &str, _: &Outgoing, _: &Secret) -> Result<Receipt, PortError> {
        tokio::task::yield_now().await;
        if self.busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(PortError::Transient { service: "hook", detail: "busy".into() });
        }
        self.heard.lock().unwrap().push(id.into());
        tokio::task::yield_now().await;
        Ok(Receipt::default())
    }
}

struct World {
    bench: Bench,
    queue: Arc<HostedQueue>,
    receiver: Arc<Receiver>,
    processes: AtomicUsize,
}

impl World {
    async fn new(lease: i64, busy: usize) -> Self {
        let (bench, queue) = Bench::asking(lease).await;
        let channel = AlertChannel {
            id: "team".into(),
            kind: ChannelKind::Webhook,
            secret: "alert-acme--team".into(),
            recipients: Vec::new(),
            least_severity: Severity::Info,
            cool_down_seconds: 3_600,
        };
        bench.repository.put_channel(&bench.source.tenant, &channel).await.unwrap();
        let receiver = Receiver { busy: AtomicUsize::new(busy), ..Receiver::default() };
        Self { bench, queue, receiver: Arc::new(receiver), processes: AtomicUsize::new(0) }
    }

    /// A process of its own.
    fn watcher(&self) -> Watcher {
        let number = self.processes.fetch_add(1, Ordering::SeqCst);
        Watcher {
            engine: Arc::clone(&self.bench.engine),
            deliverer: Deliverer {
                repository: Arc::clone(&self.bench.repository),
                vault: Arc::new(MemorySecrets::new([("alert-acme--team", "https://team.example/hook")])),
                sender: Arc::clone(&self.receiver) as _,
                clock: Arc::clone(&self.bench.clock) as _,
                page: None,
                holder: format!("process-{number}"),
            },
            queue: Arc::clone(&self.queue) as _,
        }
    }

    /// Handles one message; gives how often it was polled, or `None` where it was killed after so many.
    async fn handle(&self, message: &Message, most: u64) -> Option<u64> {
        let request = QualityRequest::parse(&message.body).unwrap();
        let watcher = self.watcher();
        let mut work = Cut::after(most, watcher.handle(&request));
        (&mut work).await?.unwrap();
        self.queue.delete(message);
        Some(work.polls())
    }

    /// Handles messages until none is left; each kill comes so many polls after the one before. Gives the polls
    /// that it took, and the kills that came.
    async fn handle_all(&self, kills: &[u64]) -> (u64, usize) {
        let (mut polls, mut left, mut killed) = (0, kills.first().copied(), 0);
        for _ in 0..FOR_EVER {
            let Some(message) = self.queue.take() else { return (polls, killed) };
            match self.handle(&message, left.unwrap_or(u64::MAX)).await {
                Some(took) => {
                    polls += took;
                    left = left.map(|left| left - took.min(left - 1));
                }
                None => {
                    killed += 1;
                    left = kills.get(killed).copied();
                }
            }
        }
        panic!("messages come for ever");
    }

    /// Everybody who is to be told was told, and there is one alert.
    async fn is_told(&self, context: &str) {
        let heard = self.receiver.heard.lock().unwrap().clone();
        let ids: BTreeSet<&String> = heard.iter().collect();
        assert_eq!(ids.len(), 1, "{context}: {heard:?}");
        let now = Instant::MAX;
        let waiting = self.bench.repository.waiting_deliveries(&self.bench.source.tenant, now, now).await;
        assert_eq!(waiting.unwrap(), None, "{context}");
        assert!(self.queue.is_empty() && self.queue.take_poison().is_empty(), "{context}");
    }

    async fn newest_run(&self) -> Option<RunState> {
        let newest = Slice { after: None, limit: 1 };
        let runs = self.bench.repository.runs(&self.bench.source.tenant, None, newest).await.unwrap();
        runs.first().map(|run| run.state)
    }
}

fn failing() -> ScriptedSource {
    let source = ScriptedSource::default().stream("item", &["id"]);
    source.answer("item", "", || {
        Err(SourceError::Contradiction { stream: stream("item"), evidence: "the page is none".into() })
    });
    source
}

async fn failed(lease: i64, busy: usize) -> World {
    let world = World::new(lease, busy).await;
    world.bench.extract(&failing()).await.unwrap();
    world
}

#[tokio::test]
async fn an_alert_is_sent_once_where_nothing_is_killed() {
    for (busy, messages) in [(0, 1), (2, 3)] {
        let world = failed(LEASES[0], busy).await;
        let (_, killed) = world.handle_all(&[]).await;
        world.is_told("calm").await;
        assert_eq!((killed, world.receiver.heard.lock().unwrap().len()), (0, 1));
        assert_eq!(world.queue.sent(), messages, "one look, and one for each time that they were busy");
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_of_a_look_loses_no_alert() {
    for lease in LEASES {
        for busy in [0, 1] {
            let (polls, _) = failed(lease, busy).await.handle_all(&[]).await;
            let mut killed = 0;
            for kill in 1..=polls {
                let world = failed(lease, busy).await;
                killed += world.handle_all(&[kill]).await.1;
                world
                    .is_told(&format!("killed after {kill} polls of {polls}, lease {lease}, busy {busy}"))
                    .await;
                assert!(world.queue.sent() < 12, "{} messages", world.queue.sent());
            }
            assert!(killed as u64 > polls / 2, "{killed} kills of {polls}");
        }
    }
}

#[tokio::test]
async fn kills_upon_kills_lose_no_alert() {
    let random = Random::new(7);
    let (polls, _) = failed(LEASES[0], 1).await.handle_all(&[]).await;
    for round in 0..60 {
        let kills: Vec<u64> = (0..4).map(|_| 1 + random.below(polls)).collect();
        let world = failed(LEASES[round % 2], 1).await;
        world.handle_all(&kills).await;
        world.is_told(&format!("killed {kills:?}")).await;
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_of_an_extraction_loses_no_alert() {
    let polls = {
        let (world, source) = (World::new(600, 0).await, failing());
        let mut whole = Cut::after(u64::MAX, world.bench.extract(&source));
        (&mut whole).await.unwrap().unwrap();
        whole.polls()
    };
    let (mut before, mut after) = (0, 0);
    // How often it is polled differs from time to time, on a busy machine by more than the half: on until some were
    // killed after the run's end.
    let enough = |kill: u64, after: u32| kill > polls + polls / 2 && after > 0;
    for kill in 1..=20 * polls {
        if enough(kill, after) {
            break;
        }
        let (world, source) = (World::new(600, 0).await, failing());
        if Cut::after(kill, world.bench.extract(&source)).await.is_some() {
            continue;
        }
        if world.newest_run().await != Some(RunState::Failed) {
            // The run is not over: the source's next firing goes on with it, once the claim has expired.
            before += 1;
            world.bench.clock.pass_hours(1);
            world.bench.extract(&source).await.unwrap();
        } else {
            after += 1;
        }
        world.handle_all(&[]).await;
        world.is_told(&format!("killed after {kill} polls of {polls}")).await;
    }
    assert!(before > 0 && after > 0, "{before} and {after}");
}

/// A run whose records break a rule, extracted and applied, with its look done: nothing waits but the profile.
async fn unprofiled() -> World {
    let world = World::new(600, 0).await;
    let bench = &world.bench;
    let rule = Rule {
        id: RuleId::new("named"),
        source: bench.source.id.clone(),
        stream: stream("item"),
        description: "Each has a name".into(),
        severity: Severity::Warning,
        expectation: Expectation::NotNull { column: "name".into() },
        tolerated_share: 0.0,
    };
    let edit = Edit { expected: 0, author: "ann", at: Instant::EPOCH };
    bench.repository.put_rule(&bench.source.tenant, &rule, edit, RuleCaps::default()).await.unwrap();
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", r#"[{"id":1,"name":"red"},{"id":2}]"#, end("1"));
    bench.extract(&source).await.unwrap();
    let (_, killed) = world.handle_all(&[]).await;
    assert_eq!((killed, world.queue.sent()), (0, 7), "what a page that is stuck costs");
    assert!(world.queue.is_empty());
    bench.engine.transform(&bench.inbound(RAW_HUB)).await.unwrap();
    world
}

#[tokio::test]
async fn a_page_that_is_profiled_after_the_last_look_is_looked_at_whatever_is_killed() {
    let polls = {
        let world = unprofiled().await;
        let events = world.bench.inbound(RECORDS_HUB);
        let mut whole = Cut::after(u64::MAX, world.bench.engine.profile(&events));
        (&mut whole).await.unwrap().unwrap();
        whole.polls()
    };
    for kill in 1..=polls + 1 {
        let world = unprofiled().await;
        let events = world.bench.inbound(RECORDS_HUB);
        if Cut::after(kill, world.bench.engine.profile(&events)).await.is_none() {
            // The hub's batch comes again.
            world.bench.engine.profile(&events).await.unwrap();
        }
        world.handle_all(&[]).await;
        world.is_told(&format!("killed after {kill} polls of {polls}")).await;
    }
}

#[tokio::test]
async fn what_failed_five_times_comes_back_from_the_poison_queue() {
    let world = failed(600, 0).await;
    for _ in 0..5 {
        let message = world.queue.take().unwrap();
        assert_eq!(world.handle(&message, 1).await, None);
    }
    assert!(world.queue.take().is_none());
    let poison = world.queue.take_poison();
    assert_eq!(poison.len(), 1);
    let (again, pause) = QualityRequest::parse(&poison[0].body).unwrap().revived().unwrap();
    again.send(world.queue.as_ref(), pause).await.unwrap();
    world.handle_all(&[]).await;
    world.is_told("revived").await;
}

#[tokio::test]
async fn the_next_run_reminds_of_what_nobody_is_asked_to_do() {
    let world = failed(600, 0).await;
    let bench = &world.bench;
    let remind = || bench.engine.remind(&bench.source.tenant, &bench.source.id);
    let lost = world.queue.take().unwrap();
    // Killed before it was sent, and its message lost on top.
    assert_eq!(world.handle(&lost, 1).await, None);
    world.queue.delete(&lost);
    world.bench.watch().await;
    assert!(remind().await.unwrap());
    world.handle_all(&[]).await;
    world.is_told("reminded").await;
    assert!(!remind().await.unwrap());
}

#[tokio::test]
async fn the_next_run_reminds_of_how_one_ended_whose_only_look_was_lost() {
    let world = failed(600, 0).await;
    let bench = &world.bench;
    let remind = || bench.engine.remind(&bench.source.tenant, &bench.source.id);
    let lost = world.queue.take().unwrap();
    world.queue.delete(&lost);
    bench.begin(&failing()).await;
    assert!(remind().await.unwrap(), "nothing is measurable, and nothing waits to be sent");
    world.handle_all(&[]).await;
    world.is_told("reminded").await;
    assert!(!remind().await.unwrap());
    assert!(world.queue.is_empty());
}

#[tokio::test]
async fn nobody_is_reminded_of_a_run_that_ended_well_and_was_looked_at() {
    let world = World::new(600, 0).await;
    let bench = &world.bench;
    let remind = || bench.engine.remind(&bench.source.tenant, &bench.source.id);
    assert!(!remind().await.unwrap(), "there is no run");
    let source = ScriptedSource::default().stream("item", &["id"]);
    source.page("item", "", "[]", end("1"));
    bench.extract(&source).await.unwrap();
    world.handle_all(&[]).await;
    bench.begin(&source).await;
    assert!(!remind().await.unwrap());
}
