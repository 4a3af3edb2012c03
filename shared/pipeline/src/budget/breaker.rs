//! The circuit breaker of an account: after many failures in a row nobody asks for a while, then one
//! asks, and its answer decides. Pure.

use std::time::Duration;

use super::Pace;

/// Failures in a row after which the account is left alone.
const OPENS_AFTER: u32 = 10;

#[derive(Debug, Default)]
pub struct Breaker {
    failures: u32,
    /// How often it opened since the last good answer.
    openings: u32,
}

impl Breaker {
    pub fn fine(&mut self) {
        *self = Self::default();
    }

    /// It opened, and no good answer has come since.
    pub fn is_half_open(&self) -> bool {
        self.openings > 0
    }

    /// Counts a failure; gives the pause where the circuit opens.
    pub fn failed(&mut self, pace: &Pace) -> Option<Duration> {
        self.failures += 1;
        // Once it has opened, every further failure opens it again: the one that asks decides.
        if self.failures < OPENS_AFTER && self.openings == 0 {
            return None;
        }
        let pause =
            pace.first_break.saturating_mul(2u32.saturating_pow(self.openings)).min(pace.longest_break);
        self.openings += 1;
        self.failures = 0;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_many_failures_longer_each_time_and_closes_on_a_good_answer() {
        let pace = Pace::default();
        let mut breaker = Breaker::default();
        assert!((1..OPENS_AFTER).all(|_| breaker.failed(&pace).is_none()));
        assert_eq!(breaker.failed(&pace), Some(pace.first_break));
        assert_eq!(breaker.failed(&pace), Some(pace.first_break * 2), "the one that asked");
        for _ in 0..10 {
            breaker.failed(&pace);
        }
        assert_eq!(breaker.failed(&pace), Some(pace.longest_break));
        breaker.fine();
        assert_eq!(breaker.failed(&pace), None);
    }
}
