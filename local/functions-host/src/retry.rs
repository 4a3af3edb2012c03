//! Retry policies of function.json and their delays.

use crate::timespan;
use serde_json::Value;
use std::time::Duration;

/// `retry` of a function.json. Counts are kept in memory and the whole batch is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many retries follow the first attempt; nothing means without end (`-1`).
    pub max: Option<u32>,
    /// How long to wait before each.
    pub delay: Delay,
}

/// The two strategies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// The same each time.
    Fixed(Duration),
    /// Doubling, randomised by a fifth, within bounds.
    Exponential {
        /// The first delay.
        minimum: Duration,
        /// The longest delay.
        maximum: Duration,
    },
}

impl RetryPolicy {
    /// Reads the `retry` object.
    ///
    /// # Errors
    /// A sentence that names what is missing or wrong.
    pub fn parse(value: &Value) -> Result<Self, String> {
        let span = |key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            timespan::parse(text.ok_or_else(|| format!("the retry policy needs '{key}'"))?)
                .map_err(|problem| format!("the retry policy's {key}: {problem}"))
        };
        let max = match value.get("maxRetryCount").and_then(Value::as_i64) {
            Some(-1) => None,
            Some(count) => Some(
                u32::try_from(count)
                    .map_err(|_| format!("the retry policy's maxRetryCount cannot be {count}"))?,
            ),
            None => return Err("the retry policy needs 'maxRetryCount' (-1 for no end)".into()),
        };
        let strategy = value.get("strategy").and_then(Value::as_str).unwrap_or_default();
        let delay = match strategy.to_ascii_lowercase().as_str() {
            "fixeddelay" => Delay::Fixed(span("delayInterval")?),
            "exponentialbackoff" => {
                let (minimum, maximum) = (span("minimumInterval")?, span("maximumInterval")?);
                if minimum > maximum {
                    return Err(
                        "the retry policy's minimumInterval must not be greater than its maximumInterval"
                            .into(),
                    );
                }
                Delay::Exponential { minimum, maximum }
            }
            _ => {
                return Err(format!(
                    "the retry strategy '{strategy}' is unknown: use fixedDelay or exponentialBackoff"
                ));
            }
        };
        Ok(Self { max, delay })
    }

    /// `MaxRetryCount` as the host sends it.
    #[must_use]
    pub fn max_retry_count(&self) -> i64 {
        self.max.map_or(-1, i64::from)
    }

    /// The wait before retry number `retry` (from 1), or nothing when there are no more.
    ///
    /// `jitter` is a number from 0.8 to 1.2. The exponential rule is `RandomizedExponentialBackoffStrategy` of
    /// the WebJobs SDK: the minimum first, then the minimum plus jitter times the minimum doubled each time.
    #[must_use]
    pub fn delay_before(&self, retry: u32, jitter: f64) -> Option<Duration> {
        if self.max.is_some_and(|max| retry > max) {
            return None;
        }
        Some(match self.delay {
            Delay::Fixed(delay) => delay,
            Delay::Exponential { minimum, .. } if retry <= 1 => minimum,
            Delay::Exponential { minimum, maximum } => {
                let doublings = i32::try_from(retry.saturating_sub(2)).unwrap_or(i32::MAX);
                let increment = minimum.as_secs_f64() * jitter * 2_f64.powi(doublings);
                let bounded = increment.min(maximum.as_secs_f64());
                (minimum + Duration::try_from_secs_f64(bounded).unwrap_or(maximum)).min(maximum)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exponential_delays_double_up_to_the_maximum() {
        let policy = RetryPolicy::parse(&json!({
            "strategy": "exponentialBackoff", "maxRetryCount": 5,
            "minimumInterval": "00:00:02", "maximumInterval": "00:00:15"
        }))
        .unwrap();
        let delays: Vec<_> = (1..=6).map(|retry| policy.delay_before(retry, 1.0)).collect();
        let seconds = |count| Some(Duration::from_secs(count));
        assert_eq!(delays, [seconds(2), seconds(4), seconds(6), seconds(10), seconds(15), None]);
    }

    #[test]
    fn minus_one_never_ends() {
        let policy = RetryPolicy::parse(
            &json!({"strategy": "fixedDelay", "maxRetryCount": -1, "delayInterval": "00:00:01"}),
        )
        .unwrap();
        assert_eq!(policy.delay_before(u32::MAX, 1.0), Some(Duration::from_secs(1)));
        assert_eq!(policy.max_retry_count(), -1);
    }

    #[test]
    fn incomplete_policies_are_refused_with_the_reason() {
        for (value, reason) in [
            (json!({"strategy": "fixedDelay", "delayInterval": "00:00:01"}), "maxRetryCount"),
            (json!({"strategy": "fixedDelay", "maxRetryCount": 1}), "delayInterval"),
            (json!({"strategy": "sometimes", "maxRetryCount": 1}), "unknown"),
            (
                json!({"strategy": "exponentialBackoff", "maxRetryCount": 1,
                       "minimumInterval": "00:01:00", "maximumInterval": "00:00:01"}),
                "greater",
            ),
        ] {
            assert!(RetryPolicy::parse(&value).unwrap_err().contains(reason), "{value}");
        }
    }
}
