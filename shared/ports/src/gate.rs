//! One account's requests, under one budget for everything that talks to it, in whatever process.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

/// A vendor's limit on the rate of some requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// What requests name to be counted here: `search`.
    pub name: &'static str,
    pub requests: u32,
    pub per: Duration,
}

/// What an account allows, over all that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Names the account among all of the same vendor: two sources that read one account share its budget.
    pub account: String,
    /// Requests in flight at once.
    pub concurrency: u32,
    /// Rates beside it; none where the account knows none.
    pub lanes: Vec<Lane>,
}

/// The account takes no requests for longer than a caller waits: it asked for a pause, or it failed so
/// often that the circuit breaker opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no requests for another {} s: {reason}", .wait.as_secs().max(1))]
pub struct Paused {
    pub wait: Duration,
    pub reason: String,
}

/// How an attempt went, as far as the account's budget is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was answered; also with an error that says nothing about the account's health.
    Fine,
    /// Too many requests. What the source asked us to wait, where it did.
    Throttled { retry_after: Option<Duration>, detail: String },
    /// No answer, or one that says the source is not well.
    Failed { detail: String },
    /// The credentials were refused.
    Unauthorized { detail: String },
}

/// Room for one request, until it is dropped.
pub struct Pass(#[expect(dead_code, reason = "held for what its drop does")] Option<Box<dyn Send + Sync>>);

impl Pass {
    pub fn new(held: impl Send + Sync + 'static) -> Self {
        Self(Some(Box::new(held)))
    }

    pub fn free() -> Self {
        Self(None)
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pass")
    }
}

/// Guarantees: over all processes no more passes of an account are held than its limits allow, but for
/// the time that a dead process's share takes to expire; a pause that one process was asked for holds for
/// all. Every attempt, retries and logins too, enters first and reports after.
#[async_trait]
pub trait RequestGate: Send + Sync + fmt::Debug {
    /// Waits for room, and for the lane's turn; `None` is limited by concurrency only.
    async fn enter(&self, lane: Option<&str>) -> Result<Pass, Paused>;

    async fn report(&self, answer: Answer);
}

/// No limits: for tests of connectors.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

#[async_trait]
impl RequestGate for Unlimited {
    async fn enter(&self, _lane: Option<&str>) -> Result<Pass, Paused> {
        Ok(Pass::free())
    }

    async fn report(&self, _answer: Answer) {}
}
