//! One account's requests under one budget, shared with every process that talks to it.
//!
//! A process takes a share of the account's concurrency from the repository, for some seconds at a time,
//! and spends it on its own: a request costs no look at the repository. Rates are spent in proportion to
//! the share. A pause that the source asked for is written down, so that all keep it: the others learn of
//! it when they next ask for their share.

mod breaker;
mod rate;
mod state;

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use forebay_model::{Instant, NoticeKind, RunNotice, TenantId};
use forebay_ports::repository::{Share, ShareRequest};
use forebay_ports::{Answer, Clock, Limits, Pass, Paused, Repository, RequestGate};
use tokio::sync::Notify;

use self::state::{Look, State};

/// How long things take. Tests that kill processes and break sources shorten it; nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a share is held without being asked for again: what a dead process costs the others. It is
    /// asked for ten times as often, and with it whether the account is to be left alone.
    pub held: Duration,
    /// How often a process looks for a share when it has none.
    pub look_again: Duration,
    /// How long a caller waits for a pause to end before it is told of it.
    pub patience: Duration,
    /// How long the circuit breaker leaves the account alone when it first opens; doubled each time.
    pub first_break: Duration,
    pub longest_break: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            held: Duration::from_secs(30),
            look_again: Duration::from_millis(500),
            patience: Duration::from_secs(30),
            first_break: Duration::from_secs(10),
            longest_break: Duration::from_secs(300),
        }
    }
}

/// Who asks, and what the account allows. Dropped without [`AccountGate::close`], as where a caller's time
/// was up, it gives its share back all the same, as long as the runtime lives.
pub struct AccountGate {
    repository: Arc<dyn Repository>,
    clock: Arc<dyn Clock>,
    tenant: TenantId,
    /// Connector and account.
    account: String,
    holder: String,
    limits: Limits,
    pace: Pace,
    began: tokio::time::Instant,
    local: Arc<Local>,
    /// Held while the repository is asked, so that one asks for all.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Local {
    state: Mutex<State>,
    freed: Notify,
}

impl Local {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Gives its place back when the answer has been read.
struct Place(Arc<Local>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.with(State::leave);
        self.0.freed.notify_waiters();
    }
}

impl fmt::Debug for AccountGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountGate({})", self.account)
    }
}

impl AccountGate {
    /// `connector` names the vendor, since two vendors may name their accounts alike.
    pub fn new(
        repository: Arc<dyn Repository>,
        clock: Arc<dyn Clock>,
        tenant: &TenantId,
        connector: &str,
        limits: Limits,
    ) -> Self {
        Self {
            repository,
            clock,
            tenant: tenant.clone(),
            account: format!("{connector}/{}", limits.account),
            holder: uuid::Uuid::new_v4().to_string(),
            limits,
            pace: Pace::default(),
            began: tokio::time::Instant::now(),
            local: Arc::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// What was met since the last call: refusals and failures of single requests, most of them
    /// overcome by sending again.
    pub fn take_notices(&self) -> Vec<RunNotice> {
        self.local.with(State::take_notices)
    }

    /// Keeps the share while requests are under way that take longer than it is held, and nobody enters
    /// meanwhile. To be polled beside the requests.
    pub async fn keep(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.pace.held / 3).await;
            if self.local.with(|state| state.in_flight() > 0) {
                self.ask_if_due().await;
            }
        }
    }

    /// Gives the share back before it expires.
    pub async fn close(&self) {
        self.local.with(State::close);
        match self.repository.give_share_back(&self.tenant, &self.account, &self.holder).await {
            Ok(()) => self.local.with(State::given_back),
            Err(error) => {
                tracing::warn!(account = self.account, %error, "the share of the account expires by itself");
            }
        }
    }

    async fn ask_if_due(&self) {
        if !self.local.with(|state| state.is_due(self.began.elapsed())) {
            return;
        }
        let _one = self.asking.lock().await;
        if !self.local.with(|state| state.is_due(self.began.elapsed())) {
            return;
        }
        let in_flight = self.local.with(State::ask);
        let now = self.clock.now();
        let request = ShareRequest {
            tenant: &self.tenant,
            account: &self.account,
            holder: &self.holder,
            wanted: self.limits.concurrency,
            in_flight,
            limit: self.limits.concurrency,
            now,
            until: plus(now, self.pace.held),
        };
        let answer = self.repository.take_share(request).await;
        let at = self.began.elapsed();
        match answer {
            Ok(Share { granted, paused }) => self.local.with(|state| {
                state.granted(granted, in_flight, at, &self.pace);
                if let Some((until, reason)) = paused {
                    state.pause(at + between(now, until), reason);
                }
            }),
            // Nothing can be landed without the repository either; until it is back, one at a time.
            Err(error) => {
                tracing::warn!(account = self.account, %error, "no share of the account's budget could be taken");
                self.local.with(|state| state.alone(at, &self.pace));
            }
        }
        self.local.freed.notify_waiters();
    }

    /// Tells the other processes of a pause.
    async fn tell(&self, wait: Duration, reason: &str) {
        let seconds = wait.as_secs_f32();
        tracing::warn!(account = self.account, seconds, reason, "the account is left alone");
        let until = plus(self.clock.now(), wait);
        if let Err(error) = self.repository.pause_account(&self.tenant, &self.account, until, reason).await {
            tracing::warn!(account = self.account, %error, "other processes do not know of the pause");
        }
    }

    fn met(&self, kind: NoticeKind, detail: &str) {
        let last = self.clock.now();
        self.local.with(|state| state.met(kind, detail, last));
    }
}

/// A share that nobody gave back would be missed by the others until it expires.
impl Drop for AccountGate {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if !self.local.with(|state| state.holds_share()) {
            return;
        }
        let (repository, tenant) = (Arc::clone(&self.repository), self.tenant.clone());
        let (account, holder) = (std::mem::take(&mut self.account), std::mem::take(&mut self.holder));
        runtime.spawn(async move {
            if let Err(error) = repository.give_share_back(&tenant, &account, &holder).await {
                tracing::warn!(account, %error, "the share of the account expires by itself");
            }
        });
    }
}

fn plus(at: Instant, wait: Duration) -> Instant {
    Instant::from_micros(at.micros().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
}

fn between(from: Instant, to: Instant) -> Duration {
    Duration::from_micros(u64::try_from(to.micros().saturating_sub(from.micros())).unwrap_or(0))
}

#[async_trait]
impl RequestGate for AccountGate {
    async fn enter(&self, lane: Option<&str>) -> Result<Pass, Paused> {
        let lane = self.limits.lanes.iter().find(|l| Some(l.name) == lane);
        loop {
            self.ask_if_due().await;
            // Listening begins before looking, so that no place becomes free in between unheard.
            let freed = self.local.freed.notified();
            let now = self.began.elapsed();
            match self.local.with(|state| state.look(lane, &self.limits, &self.pace, now)) {
                Look::In => return Ok(Pass::new(Place(Arc::clone(&self.local)))),
                Look::Paused(paused) => return Err(paused),
                Look::Wait(wait) => {
                    // A place that frees up, or the time: whichever comes first.
                    let _ = tokio::time::timeout(wait, freed).await;
                }
            }
        }
    }

    async fn report(&self, answer: Answer) {
        match answer {
            Answer::Fine => self.local.with(State::fine),
            Answer::Throttled { retry_after, detail } => {
                self.met(NoticeKind::Throttled, &detail);
                if let Some(wait) = retry_after {
                    let reason = format!("the source asked for it: {detail}");
                    let until = self.began.elapsed() + wait;
                    self.local.with(|state| state.pause(until, reason.clone()));
                    self.tell(wait, &reason).await;
                }
            }
            Answer::Failed { detail } => {
                self.met(NoticeKind::Transient, &detail);
                let reason = format!("too many requests in a row failed, the last: {detail}");
                let now = self.began.elapsed();
                if let Some(wait) = self.local.with(|state| state.failed(now, &reason, &self.pace)) {
                    self.tell(wait, &reason).await;
                }
            }
            Answer::Unauthorized { detail } => self.met(NoticeKind::Unauthorized, &detail),
        }
    }
}
