//! How many requests the portal takes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::moment::DAY;
use crate::settings::Settings;

/// Which limit refused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Secondly,
    TenSecondlyRolling,
    Daily,
}

impl Policy {
    /// The vendor's `policyName`.
    pub fn name(self) -> &'static str {
        match self {
            Policy::Secondly => "SECONDLY",
            Policy::TenSecondlyRolling => "TEN_SECONDLY_ROLLING",
            Policy::Daily => "DAILY",
        }
    }
}

/// Requests of the last while.
struct Window {
    length: Duration,
    limit: u32,
    taken: VecDeque<Instant>,
}

impl Window {
    fn new(length: Duration, limit: u32) -> Mutex<Self> {
        Mutex::new(Self { length, limit, taken: VecDeque::new() })
    }

    fn forget(&mut self, now: Instant) {
        while self.taken.front().is_some_and(|first| now.duration_since(*first) >= self.length) {
            self.taken.pop_front();
        }
    }

    fn remaining(&self) -> u32 {
        self.limit.saturating_sub(u32::try_from(self.taken.len()).unwrap_or(u32::MAX))
    }

    /// Whether there was room for one more, which is then taken.
    fn take(&mut self, now: Instant) -> bool {
        self.forget(now);
        let room = self.remaining() > 0;
        // A window without a limit need not remember anything.
        if room && self.limit < u32::MAX {
            self.taken.push_back(now);
        }
        room
    }
}

/// Requests of a day of UTC.
struct Today {
    day: i64,
    used: u32,
}

/// The portal's limits. Requests that are refused do not count.
pub struct Limits {
    search: Mutex<Window>,
    burst: Mutex<Window>,
    today: Mutex<Today>,
    daily: u32,
}

/// What is left, as the headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub burst_limit: u32,
    pub burst: u32,
    pub daily_limit: u32,
    pub daily: u32,
}

impl Limits {
    pub fn new(settings: &Settings) -> Self {
        Self {
            search: Window::new(Duration::from_secs(1), settings.search_per_second),
            burst: Window::new(Duration::from_secs(10), settings.requests_per_ten_seconds),
            today: Mutex::new(Today { day: 0, used: 0 }),
            daily: settings.daily,
        }
    }

    /// Takes a request in, or says which limit refuses it; `now_ms` is the portal's clock.
    pub fn take(&self, is_search: bool, now: Instant, now_ms: i64) -> Result<(), Policy> {
        let mut today = self.today(now_ms);
        if today.used >= self.daily {
            return Err(Policy::Daily);
        }
        let (window, policy) = if is_search {
            (&self.search, Policy::Secondly)
        } else {
            (&self.burst, Policy::TenSecondlyRolling)
        };
        if !window.lock().unwrap_or_else(PoisonError::into_inner).take(now) {
            return Err(policy);
        }
        today.used += 1;
        Ok(())
    }

    pub fn left(&self, now: Instant, now_ms: i64) -> Left {
        let daily = self.daily.saturating_sub(self.today(now_ms).used);
        let mut burst = self.burst.lock().unwrap_or_else(PoisonError::into_inner);
        burst.forget(now);
        Left { burst_limit: burst.limit, burst: burst.remaining(), daily_limit: self.daily, daily }
    }

    fn today(&self, now_ms: i64) -> std::sync::MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now_ms.div_euclid(DAY);
        if today.day != day {
            *today = Today { day, used: 0 };
        }
        today
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(search: u32, burst: u32, daily: u32) -> Limits {
        let mut settings = Settings::new("unused");
        (settings.search_per_second, settings.requests_per_ten_seconds, settings.daily) =
            (search, burst, daily);
        Limits::new(&settings)
    }

    #[test]
    fn searches_and_others_have_windows_of_their_own_that_roll() {
        let limits = limits(2, 1, 100);
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        assert!(limits.take(true, start, 0).is_ok() && limits.take(true, after(500), 0).is_ok());
        assert_eq!(limits.take(true, after(999), 0), Err(Policy::Secondly));
        assert!(limits.take(true, after(1_000), 0).is_ok());
        assert!(limits.take(false, after(1_000), 0).is_ok());
        assert_eq!(limits.take(false, after(10_999), 0), Err(Policy::TenSecondlyRolling));
        assert!(limits.take(false, after(11_000), 0).is_ok());
    }

    #[test]
    fn the_day_ends_at_midnight_and_refusals_do_not_count() {
        let limits = limits(u32::MAX, u32::MAX, 2);
        let now = Instant::now();
        assert!(limits.take(true, now, DAY - 1).is_ok() && limits.take(false, now, DAY - 1).is_ok());
        assert_eq!(limits.take(true, now, DAY - 1), Err(Policy::Daily));
        assert_eq!(limits.left(now, DAY - 1).daily, 0);
        assert!(limits.take(true, now, DAY).is_ok());
        assert_eq!(limits.left(now, DAY).daily, 1);
    }
}
