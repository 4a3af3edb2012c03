//! One account's requests under one budget, shared with every process that talks to it.
//!
//! A process takes a share of the account's concurrency from the repository, for some seconds at a time,
//! and spends it on its own: a request costs no look at the repository. Rates are spent in proportion to
//! the share. A pause that the source asked for is written down, so that all keep it.

mod breaker;
mod rate;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use forebay_model::{Instant, NoticeKind, RunNotice, TenantId};
use forebay_ports::repository::ShareRequest;
use forebay_ports::{Answer, Clock, Limits, Pass, Paused, Repository, RequestGate};
use tokio::sync::Notify;

use self::breaker::Breaker;
use self::rate::Rate;

/// How long things take. Tests that kill processes and break sources shorten it; nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a share is held without being asked for again: what a dead process costs the others.
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

/// Who asks, and what the account allows.
pub struct AccountGate {
    repository: Arc<dyn Repository>,
    clock: Arc<dyn Clock>,
    tenant: TenantId,
    /// Connector and account.
    account: String,
    holder: String,
    limits: Limits,
    pace: Pace,
    began: std::time::Instant,
    local: Arc<Local>,
    /// Held while the repository is asked, so that one asks for all.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Local {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Default)]
struct State {
    granted: u32,
    in_flight: u32,
    /// When the share is asked for again, since the gate began.
    ask_again: Duration,
    paused: Option<(Duration, String)>,
    breaker: Breaker,
    rates: BTreeMap<&'static str, Rate>,
    met: BTreeMap<NoticeKind, RunNotice>,
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
        self.0.with(|state| state.in_flight = state.in_flight.saturating_sub(1));
        self.0.freed.notify_one();
    }
}

impl fmt::Debug for AccountGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountGate({})", self.account)
    }
}

/// What a look at the state says.
enum Look {
    In,
    Wait(Duration),
    Paused(Paused),
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
            began: std::time::Instant::now(),
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
        self.local.with(|state| std::mem::take(&mut state.met)).into_values().collect()
    }

    /// Gives the share back before it expires.
    pub async fn close(&self) {
        self.local.with(|state| (state.granted, state.ask_again) = (0, Duration::ZERO));
        let given = self.repository.give_share_back(&self.tenant, &self.account, &self.holder).await;
        if let Err(error) = given {
            tracing::warn!(account = self.account, %error, "the share of the account expires by itself");
        }
    }

    /// Looks, and takes a place where there is one.
    fn look(&self, lane: Option<&str>) -> Look {
        let now = self.began.elapsed();
        self.local.with(|state| {
            if let Some((until, reason)) = &state.paused {
                let left = until.saturating_sub(now);
                if left > self.pace.patience {
                    return Look::Paused(Paused { wait: left, reason: reason.clone() });
                }
                if left > Duration::ZERO {
                    return Look::Wait(left);
                }
                state.paused = None;
            }
            if state.in_flight >= state.granted {
                return Look::Wait(self.pace.look_again);
            }
            let lane = self.limits.lanes.iter().find(|l| Some(l.name) == lane);
            if let Some(lane) = lane {
                let share = lane.requests * state.granted / self.limits.concurrency.max(1);
                let rate = state.rates.entry(lane.name).or_insert_with(|| Rate::new(lane.per));
                if let Err(wait) = rate.take(share as usize, now) {
                    return Look::Wait(wait);
                }
            }
            state.in_flight += 1;
            Look::In
        })
    }

    async fn ask_if_due(&self) {
        if self.began.elapsed() < self.local.with(|state| state.ask_again) {
            return;
        }
        let _one = self.asking.lock().await;
        if self.began.elapsed() < self.local.with(|state| state.ask_again) {
            return;
        }
        let now = self.clock.now();
        let request = ShareRequest {
            tenant: &self.tenant,
            account: &self.account,
            holder: &self.holder,
            wanted: self.limits.concurrency,
            limit: self.limits.concurrency,
            now,
            until: plus(now, self.pace.held),
        };
        match self.repository.take_share(request).await {
            Ok(share) => self.local.with(|state| {
                state.granted = share.granted;
                state.ask_again = self.began.elapsed()
                    + if share.granted == 0 { self.pace.look_again } else { self.pace.held / 2 };
                if let Some((until, reason)) = share.paused {
                    state.pause(self.began.elapsed() + between(now, until), reason);
                }
            }),
            // Nothing can be landed without the repository either; until it is back, one at a time.
            Err(error) => {
                tracing::warn!(account = self.account, %error, "no share of the account's budget could be taken");
                self.local.with(|state| {
                    state.granted = 1;
                    state.ask_again = self.began.elapsed() + self.pace.look_again;
                });
            }
        }
        self.local.freed.notify_waiters();
    }

    /// Pauses the account here and everywhere.
    async fn pause(&self, wait: Duration, reason: String) {
        tracing::warn!(
            account = self.account,
            seconds = wait.as_secs_f32(),
            reason,
            "the account is left alone"
        );
        self.local.with(|state| state.pause(self.began.elapsed() + wait, reason.clone()));
        let until = plus(self.clock.now(), wait);
        if let Err(error) = self.repository.pause_account(&self.tenant, &self.account, until, &reason).await {
            tracing::warn!(account = self.account, %error, "other processes do not know of the pause");
        }
    }

    fn met(&self, kind: NoticeKind, detail: &str) {
        let last = self.clock.now();
        self.local.with(|state| {
            let notice = state.met.entry(kind).or_insert_with(|| RunNotice {
                stream: None,
                kind,
                count: 0,
                detail: String::new(),
                last,
            });
            notice.count += 1;
            notice.last = last;
            detail.clone_into(&mut notice.detail);
        });
    }
}

impl State {
    fn pause(&mut self, until: Duration, reason: String) {
        if self.paused.as_ref().is_none_or(|(known, _)| *known < until) {
            self.paused = Some((until, reason));
        }
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
        loop {
            self.ask_if_due().await;
            match self.look(lane) {
                Look::In => return Ok(Pass::new(Place(Arc::clone(&self.local)))),
                Look::Paused(paused) => return Err(paused),
                Look::Wait(wait) => {
                    // A place that frees up, or the time: whichever comes first.
                    let _ = tokio::time::timeout(wait, self.local.freed.notified()).await;
                }
            }
        }
    }

    async fn report(&self, answer: Answer) {
        match answer {
            Answer::Fine => self.local.with(|state| state.breaker.fine()),
            Answer::Throttled { retry_after, detail } => {
                self.met(NoticeKind::Throttled, &detail);
                if let Some(wait) = retry_after {
                    self.pause(wait, format!("the source asked for it: {detail}")).await;
                }
            }
            Answer::Failed { detail } => {
                self.met(NoticeKind::Transient, &detail);
                if let Some(wait) = self.local.with(|state| state.breaker.failed(&self.pace)) {
                    self.pause(wait, format!("too many requests in a row failed, the last: {detail}")).await;
                }
            }
            Answer::Unauthorized { detail } => self.met(NoticeKind::Unauthorized, &detail),
        }
    }
}
