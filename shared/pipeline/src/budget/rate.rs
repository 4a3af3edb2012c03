//! A lane's turn: at most so many requests in any window of the vendor's length. Pure: the caller brings
//! the time.

use std::collections::VecDeque;
use std::time::Duration;

/// A sliding window over the starts of this process's requests.
#[derive(Debug, Default)]
pub struct Rate {
    /// Starts within the last window, oldest first, in time since the gate began.
    starts: VecDeque<Duration>,
}

impl Rate {
    /// Takes a turn where fewer than `allowed` began within the last `per`, else says how long to wait.
    pub fn take(&mut self, allowed: usize, per: Duration, now: Duration) -> Result<(), Duration> {
        while self.starts.front().is_some_and(|start| now.saturating_sub(*start) >= per) {
            self.starts.pop_front();
        }
        let allowed = allowed.max(1);
        if self.starts.len() < allowed {
            self.starts.push_back(now);
            return Ok(());
        }
        let blocking = self.starts[self.starts.len() - allowed];
        Err((blocking + per).saturating_sub(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_window_of_the_length_holds_more_than_allowed() {
        let mut rate = Rate::default();
        let (mut now, mut starts) = (Duration::ZERO, Vec::new());
        while starts.len() < 40 {
            match rate.take(4, SECOND, now) {
                Ok(()) => starts.push(now),
                Err(wait) => {
                    assert!(wait > Duration::ZERO);
                    now += wait;
                }
            }
        }
        let crowded = starts.windows(5).any(|five| five[4] - five[0] < Duration::from_secs(1));
        assert!(!crowded, "{starts:?}");
        assert_eq!(now, Duration::from_secs(9), "and none waits longer than it must");
    }

    #[test]
    fn a_smaller_share_is_honoured_from_then_on() {
        let mut rate = Rate::default();
        for _ in 0..4 {
            rate.take(4, SECOND, Duration::ZERO).unwrap();
        }
        assert_eq!(rate.take(2, SECOND, Duration::from_millis(500)), Err(Duration::from_millis(500)));
        assert_eq!(rate.take(2, SECOND, SECOND), Ok(()));
    }
}
