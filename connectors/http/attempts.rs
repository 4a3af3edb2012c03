//! One request, sent as often as it is worth it, within its account's budget.

use std::future::Future;
use std::time::Duration;

use forebay_ports::{Answer, Paused, RequestGate};

use super::retry::RetryPolicy;

/// What a failed attempt means for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may work later; what the source asked us to wait.
    Again {
        asked: Option<Duration>,
    },
    /// The credentials were refused: fetch them anew, once.
    Renew,
    /// The answer cannot be read: fetch it once more, because it may have been cut or garbled on its way.
    Reread,
    GiveUp,
}

/// A connector's failure, as far as retries go.
pub trait Failed: From<Paused> + Send {
    /// `attempt` counts from 1.
    fn verdict(&self, attempt: u32) -> Verdict;

    /// What the account's gate is told.
    fn answer(&self) -> Answer;

    /// Says how often it was tried, where that is more than once.
    #[must_use]
    fn after(self, attempts: u32) -> Self;
}

/// Sends requests of one kind. Each attempt enters the gate and is made anew: signatures and tokens are
/// part of what `send` makes.
#[derive(Debug, Clone, Copy)]
pub struct Attempts<'a> {
    pub gate: &'a dyn RequestGate,
    pub retry: RetryPolicy,
    /// The rate limit that these requests fall under besides the account's concurrency.
    pub lane: Option<&'a str>,
}

impl Attempts<'_> {
    /// `send` is one attempt, answer read; `renew` forgets what proved who we are.
    pub async fn run<T, E, S, R>(
        &self,
        mut send: impl FnMut() -> S + Send,
        mut renew: impl FnMut() -> R + Send,
    ) -> Result<T, E>
    where
        E: Failed,
        S: Future<Output = Result<T, E>> + Send,
        R: Future<Output = ()> + Send,
    {
        let (mut attempt, mut renewed, mut reread) = (1, false, false);
        loop {
            let pass = self.gate.enter(self.lane).await?;
            let result = send().await;
            drop(pass);
            let failure = match result {
                Ok(answer) => {
                    self.gate.report(Answer::Fine).await;
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            self.gate.report(failure.answer()).await;
            let wait = match failure.verdict(attempt) {
                Verdict::Renew if !renewed => {
                    renewed = true;
                    renew().await;
                    continue;
                }
                Verdict::Reread if !reread => {
                    reread = true;
                    continue;
                }
                Verdict::Again { asked } => self.retry.delay(attempt, rand::random(), asked),
                Verdict::Renew | Verdict::Reread | Verdict::GiveUp => None,
            };
            let Some(wait) = wait else { return Err(failure.after(attempt)) };
            tracing::info!(attempt, wait_ms = wait.as_millis(), "request is sent again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }
}
