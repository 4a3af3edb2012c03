//! What happens to an account in the middle of a run, by the number of requests made until then.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use forebay_pipeline::AccountGate;
use forebay_ports::{Answer, Pass, Paused, RequestGate};
use tokio::sync::Notify;

use crate::case::{Act, Step};
use crate::control::Control;

/// The steps of one case that are still to come. It outlives the processes that are killed.
#[derive(Debug)]
pub(crate) struct Script {
    control: Control,
    asked: AtomicU32,
    steps: Mutex<VecDeque<Step>>,
    dealt: Mutex<Vec<Act>>,
    killed: Notify,
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
            dealt: Mutex::default(),
            killed: Notify::new(),
            failure: Mutex::default(),
        })
    }

    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

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
    }

    /// Waits until the process is to be killed.
    pub async fn kill(&self) {
        self.killed.notified().await;
    }

    fn due(&self) -> Option<Act> {
        let mut steps = lock(&self.steps);
        let due = steps.front().is_some_and(|step| step.after < self.asked());
        let act = due.then(|| steps.pop_front()).flatten()?.act;
        lock(&self.dealt).push(act.clone());
        Some(act)
    }

    async fn before_a_request(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        while let Some(act) = self.due() {
            let done = match &act {
                Act::Kill => {
                    self.killed.notify_one();
                    std::future::pending().await
                }
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
