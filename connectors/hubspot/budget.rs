//! The day's requests: how many are left, and when they are counted anew. Pure, but for the one cell that
//! holds what the last answer said.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Tick};

use forebay_model::Instant;
use http::HeaderMap;

const DAY: i64 = 86_400;

/// What the portal allows in a day, and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily {
    pub limit: u64,
    pub remaining: u64,
}

impl Daily {
    /// Reads an answer's headers. Answers of searches and to OAuth apps have none.
    pub fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse().ok();
        Some(Self {
            limit: number("x-hubspot-ratelimit-daily").filter(|limit| *limit > 0)?,
            remaining: number("x-hubspot-ratelimit-daily-remaining")?,
        })
    }

    /// Whether more than `percent` of a hundred are used.
    pub fn is_spent(self, percent: u32) -> bool {
        let used = self.limit.saturating_sub(self.remaining);
        percent < 100 && used.saturating_mul(100) >= self.limit.saturating_mul(u64::from(percent))
    }
}

#[derive(Debug, Default)]
struct State {
    daily: Option<Daily>,
    /// When the numbers were counted anew.
    renewed_at: Option<Tick>,
    /// Seconds that the portal's clocks are ahead of UTC.
    offset: i64,
    /// The portal's time less this machine's, in seconds.
    skew: i64,
}

/// Stops requests when the configured part of the day's is used.
#[derive(Debug)]
pub struct Budget {
    percent: u32,
    state: Mutex<State>,
}

impl Budget {
    pub fn new(percent: u32) -> Self {
        Self { percent, state: Mutex::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Learns from an answer.
    pub fn learn(&self, headers: &HeaderMap, date: Option<Instant>, machine: Instant) {
        self.with(|state| {
            if let Some(date) = date {
                state.skew = (date.micros() - machine.micros()) / 1_000_000;
            }
            let Some(daily) = Daily::of_headers(headers) else { return };
            state.daily = Some(daily);
            let wait = until_midnight(machine.plus_seconds(state.skew), state.offset);
            state.renewed_at = Some(Tick::now() + wait);
        });
    }

    /// Learns the portal's time zone.
    pub fn set_offset(&self, seconds: i64) {
        self.with(|state| state.offset = seconds);
    }

    /// Until the portal's next midnight.
    pub fn until_midnight(&self, machine: Instant) -> Duration {
        self.with(|state| until_midnight(machine.plus_seconds(state.skew), state.offset))
    }

    /// What is known of the day's requests.
    pub fn daily(&self) -> Option<Daily> {
        self.with(|state| state.daily)
    }

    /// Why no more requests should be made today, and how long to wait.
    pub fn spent(&self) -> Option<(String, Duration)> {
        self.with(|state| {
            let renewed_at = state.renewed_at?;
            let daily = state.daily.filter(|daily| daily.is_spent(self.percent))?;
            let wait = renewed_at.checked_duration_since(Tick::now())?;
            let used = daily.limit.saturating_sub(daily.remaining);
            let why = format!(
                "{used} of the portal's {} requests of the day are used, by everything that reads it; the setting \
                 'daily_percent' keeps {} % for others until midnight in the portal's time zone",
                daily.limit,
                100 - self.percent.min(100)
            );
            Some((why, wait))
        })
    }
}

/// `offset` is how many seconds the portal's clocks are ahead of UTC.
fn until_midnight(now: Instant, offset: i64) -> Duration {
    let local = now.micros().div_euclid(1_000_000).saturating_add(offset);
    Duration::from_secs(u64::try_from(DAY - local.rem_euclid(DAY)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubspot::testing::at;

    fn headers(limit: u64, remaining: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-hubspot-ratelimit-daily", limit.into());
        headers.insert("x-hubspot-ratelimit-daily-remaining", remaining.into());
        headers
    }

    #[test]
    fn a_part_of_the_day_is_left_for_others() {
        let budget = Budget::new(80);
        assert_eq!(budget.spent(), None);
        budget.learn(&headers(1_000, 201), None, at(0));
        assert_eq!(budget.spent(), None);
        budget.learn(&headers(1_000, 200), None, at(0));
        let (why, wait) = budget.spent().unwrap();
        assert!(why.contains("800 of the portal's 1000") && why.contains("20 %"), "{why}");
        assert!(wait > Duration::from_secs(80_000));
        budget.learn(&headers(1_000, 990), None, at(0));
        assert_eq!(budget.spent(), None);
    }

    #[test]
    fn midnight_is_the_portals() {
        assert_eq!(until_midnight(at(0), 0), Duration::from_secs(86_400));
        assert_eq!(until_midnight(at(60), -5 * 3_600), Duration::from_secs(5 * 3_600 - 60));
        let budget = Budget::new(80);
        budget.set_offset(3_600);
        // The portal's clock is ten minutes ahead of ours.
        budget.learn(&HeaderMap::new(), Some(at(600)), at(0));
        assert_eq!(budget.until_midnight(at(0)), Duration::from_secs(86_400 - 3_600 - 600));
    }

    #[test]
    fn answers_without_numbers_change_nothing() {
        assert_eq!(Daily::of_headers(&HeaderMap::new()), None);
        assert_eq!(Daily::of_headers(&headers(0, 0)), None);
        assert!(!Daily { limit: 10, remaining: 0 }.is_spent(100));
    }
}
