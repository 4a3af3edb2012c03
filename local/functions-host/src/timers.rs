//! The timer trigger: one loop per function, so that a timer never overlaps itself.

use crate::app::TimerTrigger;
use crate::encoding::timer_request;
use crate::invoke::{Invoker, Outcome, Stop, Target};
use crate::schedule::{ScheduleStatus, StatusStore};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::Notify;

/// Sleeps are cut to this, so that a changed clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The listener of one timer function.
pub struct TimerListener {
    /// The function and its process.
    pub target: Target,
    /// What its function.json says.
    pub trigger: TimerTrigger,
    /// It fires by hand only.
    pub disabled: bool,
    /// Where the status is kept.
    pub store: StatusStore,
    /// Fires it by hand. While a run is under way one more is remembered, and not more.
    pub fire: Arc<Notify>,
    /// Posts the runs.
    pub invoker: Invoker,
    /// When to end.
    pub stop: Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Scheduled,
    PastDue,
    Startup,
    ByHand,
}

impl TimerListener {
    /// Runs until the host drains; ends after the run under way.
    pub async fn run(self) {
        let (mut status, mut first) = self.begin();
        let function = &self.target.function;
        tracing::info!(
            function,
            next = crate::instant::utc_text(status.next),
            disabled = self.disabled,
            "the timer is set"
        );
        while !self.stop.draining.is_cancelled() {
            let Some(cause) = (match first.take() {
                Some(cause) => Some(cause),
                None => self.next_cause(&status).await,
            }) else {
                return;
            };
            let began = OffsetDateTime::now_utc();
            tracing::info!(function, cause = ?cause, "the timer fires");
            if self.invoke(&status, cause).await == Outcome::Cancelled {
                return;
            }
            // A run by hand leaves the schedule as it is.
            if cause != Cause::ByHand {
                status = status.after_run(&self.trigger.schedule, began, cause == Cause::Scheduled);
                self.save(&status);
            }
        }
    }

    fn begin(&self) -> (ScheduleStatus, Option<Cause>) {
        let now = OffsetDateTime::now_utc();
        let stored = self.monitored().then(|| self.store.load(&self.target.function)).flatten();
        let start = ScheduleStatus::start(stored, &self.trigger.schedule, now);
        if stored != Some(start.status) {
            self.save(&start.status);
        }
        let first = match (start.past_due, self.trigger.run_on_startup) {
            _ if self.disabled => None,
            (true, _) => Some(Cause::PastDue),
            (false, true) => Some(Cause::Startup),
            (false, false) => None,
        };
        (start.status, first)
    }

    const fn monitored(&self) -> bool {
        self.trigger.use_monitor && !self.disabled
    }

    fn save(&self, status: &ScheduleStatus) {
        if !self.monitored() {
            return;
        }
        if let Err(error) = self.store.save(&self.target.function, status) {
            tracing::error!(error = format!("{error:#}"), "a missed run will not be noticed");
        }
    }

    /// Nothing when the host stops.
    async fn next_cause(&self, status: &ScheduleStatus) -> Option<Cause> {
        loop {
            let wait = status.next - OffsetDateTime::now_utc();
            if !self.disabled && !wait.is_positive() {
                return Some(Cause::Scheduled);
            }
            let wait = Duration::try_from(wait).unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.fire.notified() => return Some(Cause::ByHand),
                () = self.stop.draining.cancelled() => return None,
            }
        }
    }

    async fn invoke(&self, status: &ScheduleStatus, cause: Cause) -> Outcome {
        let status = self.monitored().then_some(status);
        let encode = |invocation: &crate::encoding::Invocation<'_>| {
            timer_request(&self.trigger.binding, status, cause == Cause::PastDue, invocation)
                .map_err(|error| error.to_string())
        };
        self.invoker.invoke(&self.target, &encode, &self.stop).await
    }
}
