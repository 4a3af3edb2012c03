//! A timer's schedule status: what `useMonitor` writes down, and what it says when the host starts again.
//!
//! The rules are `ScheduleMonitor.CheckPastDueAsync` and `TimerListener.InvokeJobFunction` of the timer extension.

use super::Schedule;
use crate::{files, instant};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use time::{OffsetDateTime, macros::datetime};

/// `0001-01-01T00:00:00+00:00`, which stands for "never".
#[must_use]
pub const fn never() -> OffsetDateTime {
    datetime!(0001-01-01 0:00 UTC)
}

/// The three instants the trigger keeps and sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleStatus {
    /// When the last scheduled run began; [`never()`] before the first.
    #[serde(with = "instant::offset")]
    pub last: OffsetDateTime,
    /// The occurrence that is due or being run.
    #[serde(with = "instant::offset")]
    pub next: OffsetDateTime,
    /// When `next` was computed.
    #[serde(with = "instant::offset")]
    pub last_updated: OffsetDateTime,
}

/// What a timer does when the host starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The status to go on from.
    pub status: ScheduleStatus,
    /// Runs were missed while the host was away: they collapse into one run, now.
    pub past_due: bool,
}

impl ScheduleStatus {
    /// Decides how a timer starts from what was stored, which may be nothing.
    #[must_use]
    pub fn start(stored: Option<Self>, schedule: &Schedule, now: OffsetDateTime) -> Start {
        let Some(stored) = stored else {
            let status = Self { last: never(), next: schedule.next_after(now), last_updated: now };
            return Start { status, past_due: false };
        };
        let counted_from =
            [stored.last, stored.last_updated].into_iter().find(|at| *at > never()).unwrap_or(now);
        let expected = schedule.next_after(counted_from);
        if stored.next == expected {
            return Start { status: stored, past_due: now > stored.next };
        }
        // The schedule was changed: a new schedule must not look late at once.
        let (next, last_updated) =
            if now > expected { (schedule.next_after(now), now) } else { (expected, counted_from) };
        Start { status: Self { last: never(), next, last_updated }, past_due: false }
    }

    /// The status after a scheduled, past-due or start-up run that began at `began`.
    #[must_use]
    pub fn after_run(self, schedule: &Schedule, began: OffsetDateTime, scheduled: bool) -> Self {
        // A run that began a little early counts as its occurrence, or the occurrence would come twice.
        let began = if scheduled && self.next > began { self.next } else { began };
        Self { last: began, next: schedule.next_after(began), last_updated: began }
    }
}

/// Keeps one status file per timer under the state directory.
#[derive(Debug, Clone)]
pub struct StatusStore {
    directory: PathBuf,
}

impl StatusStore {
    /// Uses `timers/` under the host's state directory.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self { directory: state.join("timers") }
    }

    /// The stored status; nothing when there is none or it cannot be read, which counts as a first start.
    #[must_use]
    pub fn load(&self, function: &str) -> Option<ScheduleStatus> {
        files::read_json(&self.path(function))
    }

    /// Replaces the stored status atomically.
    ///
    /// # Errors
    /// When the state directory cannot be written.
    pub fn save(&self, function: &str, status: &ScheduleStatus) -> anyhow::Result<()> {
        files::write_json(&self.path(function), status)
            .with_context(|| format!("the schedule status of {function} cannot be written"))
    }

    fn path(&self, function: &str) -> PathBuf {
        self.directory.join(format!("{}.json", files::safe_name(function)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly() -> Schedule {
        Schedule::parse("0 0 * * * *").unwrap()
    }

    #[test]
    fn a_first_start_waits_for_the_next_occurrence() {
        let start = ScheduleStatus::start(None, &hourly(), datetime!(2026-01-01 10:30 UTC));
        assert!(!start.past_due);
        assert_eq!((start.status.last, start.status.next), (never(), datetime!(2026-01-01 11:00 UTC)));
    }

    #[test]
    fn missed_occurrences_make_one_past_due_run() {
        let stored = ScheduleStatus {
            last: datetime!(2026-01-01 10:00 UTC),
            next: datetime!(2026-01-01 11:00 UTC),
            last_updated: datetime!(2026-01-01 10:00 UTC),
        };
        let now = datetime!(2026-01-01 14:30 UTC);
        let start = ScheduleStatus::start(Some(stored), &hourly(), now);
        assert_eq!(start, Start { status: stored, past_due: true });
        let after = start.status.after_run(&hourly(), now, false);
        assert_eq!((after.last, after.next), (now, datetime!(2026-01-01 15:00 UTC)));
        assert!(!ScheduleStatus::start(Some(after), &hourly(), datetime!(2026-01-01 14:40 UTC)).past_due);
    }

    #[test]
    fn a_timer_that_never_ran_can_be_past_due_as_well() {
        let first = ScheduleStatus::start(None, &hourly(), datetime!(2026-01-01 10:30 UTC)).status;
        assert!(ScheduleStatus::start(Some(first), &hourly(), datetime!(2026-01-01 11:01 UTC)).past_due);
    }

    #[test]
    fn a_changed_schedule_is_not_past_due() {
        let stored = ScheduleStatus {
            last: datetime!(2026-01-01 10:00 UTC),
            next: datetime!(2026-01-01 10:05 UTC),
            last_updated: datetime!(2026-01-01 10:00 UTC),
        };
        let start = ScheduleStatus::start(Some(stored), &hourly(), datetime!(2026-01-01 14:30 UTC));
        assert!(!start.past_due);
        assert_eq!(start.status.next, datetime!(2026-01-01 15:00 UTC));
    }

    #[test]
    fn an_early_run_does_not_come_twice() {
        let status =
            ScheduleStatus { last: never(), next: datetime!(2026-01-01 11:00 UTC), last_updated: never() };
        let after = status.after_run(&hourly(), datetime!(2026-01-01 10:59:59.9 UTC), true);
        assert_eq!(after.next, datetime!(2026-01-01 12:00 UTC));
    }

    #[test]
    fn the_status_survives_in_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let store = StatusStore::new(directory.path());
        assert_eq!(store.load("extract"), None);
        let status = ScheduleStatus::start(None, &hourly(), datetime!(2026-01-01 10:30:00.25 UTC)).status;
        store.save("extract", &status).unwrap();
        assert_eq!(store.load("extract"), Some(status));
    }
}
