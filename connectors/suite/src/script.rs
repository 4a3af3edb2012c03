//! What happens to an account in the middle of a run, by the number of requests made until then.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_pipeline::AccountGate;
use forebay_ports::memory::MemoryRawStore;
use forebay_ports::{Answer, Event, EventPublisher, Landed, Pass, Paused, PortError, RawStore, RequestGate};
use tokio::sync::Notify;

use crate::case::{Act, Place, Step};
use crate::control::Control;
use crate::hubs::Hubs;

/// The steps of one case that are still to come. It outlives the processes that are killed.
#[derive(Debug)]
pub(crate) struct Script {
    control: Control,
    asked: AtomicU32,
    steps: Mutex<VecDeque<Step>>,
    /// A kill that is due and waits for its place.
    armed: Mutex<Option<Place>>,
    dealt: Mutex<Vec<Act>>,
    killed: Arc<Notify>,
    failure: Mutex<Option<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Script {
    pub fn new(control: Control, mut steps: Vec<Step>) -> Arc<Self> {
        steps.sort_by_key(|step| step.after);
        Arc::new(Self {
            control,
            asked: AtomicU32::new(0),
            steps: Mutex::new(steps.into()),
            armed: Mutex::default(),
            dealt: Mutex::default(),
            killed: Arc::default(),
            failure: Mutex::default(),
        })
    }

    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    /// What has happened. A kill has where it found its place.
    pub fn dealt(&self) -> Vec<Act> {
        lock(&self.dealt).clone()
    }

    /// An order that the account did not take: the suite is wrong, not the connector.
    pub fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    /// Nothing more happens.
    pub fn end(&self) {
        lock(&self.steps).clear();
        *lock(&self.armed) = None;
    }

    /// Waits until the process is to be killed.
    pub async fn kill(&self) {
        self.killed.notified().await;
    }

    fn due(&self) -> Option<Act> {
        let mut steps = lock(&self.steps);
        let due = steps.front().is_some_and(|step| step.after < self.asked());
        Some(due.then(|| steps.pop_front()).flatten()?.act)
    }

    async fn before_a_request(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        while let Some(act) = self.due() {
            if let Act::Kill(place) = act {
                *lock(&self.armed) = Some(place);
                continue;
            }
            lock(&self.dealt).push(act.clone());
            let done = match &act {
                Act::Kill(_) => continue,
                Act::Fault(order) => self.control.order("faults", order).await,
                Act::OwnChange(order) => self.control.order("changes", order).await,
                Act::Change { updates, inserts, deletes } => {
                    self.control.change(*updates, *inserts, *deletes).await
                }
            };
            if let Err(error) = done {
                lock(&self.failure).get_or_insert(format!("{act:?}: {error:#}"));
            }
        }
        self.reached(|place| place == Place::Request).await;
    }

    /// The process is somewhere. Where a kill waits for it there, it comes no further.
    async fn reached(&self, here: impl Fn(Place) -> bool) {
        let Some(place) = lock(&self.armed).take_if(|place| here(*place)) else { return };
        lock(&self.dealt).push(Act::Kill(place));
        let Place::Landing(micros) = place else {
            self.killed.notify_one();
            return std::future::pending().await;
        };
        let killed = Arc::clone(&self.killed);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_micros(micros)).await;
            killed.notify_one();
        });
    }
}

/// The account's gate, with what the script says before each request.
#[derive(Debug)]
pub(crate) struct Tripwire {
    pub gate: Arc<AccountGate>,
    pub script: Arc<Script>,
}

#[async_trait]
impl RequestGate for Tripwire {
    async fn enter(&self, lane: Option<&str>) -> Result<Pass, Paused> {
        let pass = self.gate.enter(lane).await?;
        self.script.before_a_request().await;
        Ok(pass)
    }

    async fn report(&self, answer: Answer) {
        self.gate.report(answer).await;
    }
}

/// Where raw pages and events go, with kills before and after.
pub(crate) struct Writes {
    pub raw: Arc<MemoryRawStore>,
    pub hubs: Arc<Hubs>,
    pub script: Arc<Script>,
}

#[async_trait]
impl RawStore for Writes {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<Landed, PortError> {
        self.script.reached(|place| place == Place::BeforePut).await;
        let landed = self.raw.put(name, bytes).await;
        self.script.reached(|place| place == Place::AfterPut).await;
        landed
    }

    async fn get(&self, name: &str) -> Result<Bytes, PortError> {
        self.raw.get(name).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError> {
        self.raw.list(prefix, after, limit).await
    }
}

#[async_trait]
impl EventPublisher for Writes {
    async fn publish(&self, hub: &str, events: Vec<Event>) -> Result<(), PortError> {
        self.script.reached(|place| place == Place::BeforePublish).await;
        let published = self.hubs.publish(hub, events).await;
        self.script.reached(|place| matches!(place, Place::AfterPublish | Place::Landing(_))).await;
        published
    }
}
