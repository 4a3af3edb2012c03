//! When to send a request again. Pure: the caller brings the clock and the dice.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Bounded retries with a growing, jittered delay, so that many readers of one account do not return at
/// the same moment.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Times a request is sent in all.
    pub attempts: u32,
    /// Doubles from attempt to attempt.
    pub first_delay: Duration,
    /// No delay is longer; a source that asks for more gets its error passed up instead, so that a
    /// function's time is not spent asleep.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 5, first_delay: Duration::from_millis(500), max_delay: Duration::from_secs(30) }
    }
}

impl RetryPolicy {
    /// How long to wait after attempt `attempt` (from 1) failed; `None` means give up. `jitter` is
    /// between 0 and 1, `asked` what the source asked for.
    pub fn delay(&self, attempt: u32, jitter: f64, asked: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts || asked.is_some_and(|wait| wait > self.max_delay) {
            return None;
        }
        let doubled = self.first_delay.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1)));
        let grown = doubled.min(self.max_delay).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        Some(asked.map_or(grown, |wait| wait.max(grown)))
    }
}

/// Reads `Retry-After` in both of its forms, seconds and a date (RFC 9110, section 10.2.3).
pub fn retry_after(value: &str, now: OffsetDateTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    Some(Duration::try_from(at - now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn delays_grow_and_end() {
        let policy = RetryPolicy::default();
        let delays: Vec<_> = (1..=5).map(|attempt| policy.delay(attempt, 1.0, None)).collect();
        let ms = |n| Some(Duration::from_millis(n));
        assert_eq!(delays, [ms(500), ms(1000), ms(2000), ms(4000), None]);
        assert_eq!(policy.delay(1, 0.0, None), ms(250));
    }

    #[test]
    fn the_source_may_ask_for_more_but_not_for_too_much() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.delay(1, 0.0, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
        assert_eq!(policy.delay(1, 0.0, Some(Duration::from_secs(3600))), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = datetime!(2026-03-02 08:49:30 UTC);
        assert_eq!(retry_after(" 12 ", now), Some(Duration::from_secs(12)));
        assert_eq!(retry_after("Mon, 02 Mar 2026 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Mon, 02 Mar 2026 08:49:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}
