//! How many crashes the host bears.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Crashes older than this are forgotten, as in the host's dispatcher.
const WINDOW: Duration = Duration::from_secs(30 * 60);

/// The crashes of one group within the window.
#[derive(Debug)]
pub struct Crashes {
    limit: usize,
    recent: VecDeque<Instant>,
}

impl Crashes {
    /// `limit` crashes within the window are too many (the host's own number is 3).
    pub fn new(limit: usize) -> Self {
        Self { limit, recent: VecDeque::new() }
    }

    /// Counts a crash; true when the host must give up.
    pub fn record(&mut self, now: Instant) -> bool {
        self.recent.push_back(now);
        while self.recent.front().is_some_and(|first| now.duration_since(*first) > WINDOW) {
            self.recent.pop_front();
        }
        self.recent.len() >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_crash_within_the_window_is_too_many() {
        let start = Instant::now();
        let mut crashes = Crashes::new(3);
        assert!(!crashes.record(start));
        assert!(!crashes.record(start + Duration::from_secs(60)));
        assert!(!crashes.record(start + WINDOW + Duration::from_secs(30)));
        assert!(crashes.record(start + WINDOW + Duration::from_secs(40)));
    }
}
