//! `extensions.queues`, with the ranges that the storage extension checks.

use super::optional_span;
use serde::Deserialize;
use std::time::Duration;

/// How messages are taken and what becomes of those that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueOptions {
    /// So many messages are taken at once.
    pub batch_size: usize,
    /// The next batch is taken once no more than these are under way.
    pub new_batch_threshold: usize,
    /// A message that failed so often goes to the poison queue.
    pub max_dequeue_count: u32,
    /// A message that failed comes again after this time.
    pub visibility_timeout: Duration,
    /// An empty queue is looked at at least this often.
    pub max_polling_interval: Duration,
    /// How bodies are written.
    pub encoding: MessageEncoding,
}

/// `messageEncoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageEncoding {
    /// The default.
    Base64,
    /// As they are.
    None,
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            batch_size: 16,
            new_batch_threshold: default_threshold(16),
            max_dequeue_count: 5,
            visibility_timeout: Duration::ZERO,
            max_polling_interval: Duration::from_secs(60),
            encoding: MessageEncoding::Base64,
        }
    }
}

/// Half a batch for each processor.
fn default_threshold(batch_size: usize) -> usize {
    batch_size / 2 * std::thread::available_parallelism().map_or(1, usize::from)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RawQueues {
    batch_size: Option<usize>,
    new_batch_threshold: Option<usize>,
    max_dequeue_count: Option<u32>,
    visibility_timeout: Option<String>,
    max_polling_interval: Option<String>,
    message_encoding: Option<String>,
}

impl RawQueues {
    pub fn resolve(&self) -> Result<QueueOptions, String> {
        let default = QueueOptions::default();
        let batch_size = self.batch_size.unwrap_or(default.batch_size);
        let options = QueueOptions {
            batch_size,
            new_batch_threshold: self.new_batch_threshold.unwrap_or_else(|| default_threshold(batch_size)),
            max_dequeue_count: self.max_dequeue_count.unwrap_or(default.max_dequeue_count),
            visibility_timeout: optional_span(
                self.visibility_timeout.as_deref(),
                default.visibility_timeout,
            )?,
            max_polling_interval: optional_span(
                self.max_polling_interval.as_deref(),
                default.max_polling_interval,
            )?,
            encoding: encoding(self.message_encoding.as_deref())?,
        };
        let wrong = |problem: &str| Err(format!("host.json: extensions.queues.{problem}"));
        if !(1..=32).contains(&options.batch_size) {
            return wrong("batchSize must be 1 to 32");
        }
        if options.max_dequeue_count == 0 {
            return wrong("maxDequeueCount must be at least 1");
        }
        if options.max_polling_interval < Duration::from_millis(100) {
            return wrong("maxPollingInterval must be at least 00:00:00.100");
        }
        Ok(options)
    }
}

fn encoding(text: Option<&str>) -> Result<MessageEncoding, String> {
    match text.map(str::to_ascii_lowercase).as_deref() {
        None | Some("base64") => Ok(MessageEncoding::Base64),
        Some("none") => Ok(MessageEncoding::None),
        Some(other) => Err(format!(
            "host.json: extensions.queues.messageEncoding '{other}' is unknown: use base64 or none"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(json: &str) -> Result<QueueOptions, String> {
        serde_json::from_str::<RawQueues>(json).unwrap().resolve()
    }

    #[test]
    fn defaults_and_settings_are_the_extensions() {
        assert_eq!(resolve("{}").unwrap(), QueueOptions::default());
        let set = resolve(
            r#"{"batchSize":4,"newBatchThreshold":0,"maxDequeueCount":2,"visibilityTimeout":"00:00:30",
                "maxPollingInterval":"00:00:00.500","messageEncoding":"None"}"#,
        )
        .unwrap();
        let expected = QueueOptions {
            batch_size: 4,
            new_batch_threshold: 0,
            max_dequeue_count: 2,
            visibility_timeout: Duration::from_secs(30),
            max_polling_interval: Duration::from_millis(500),
            encoding: MessageEncoding::None,
        };
        assert_eq!(set, expected);
    }

    #[test]
    fn what_the_extension_refuses_is_refused() {
        for (json, reason) in [
            (r#"{"batchSize":33}"#, "1 to 32"),
            (r#"{"batchSize":0}"#, "1 to 32"),
            (r#"{"maxDequeueCount":0}"#, "at least 1"),
            (r#"{"maxPollingInterval":"00:00:00.050"}"#, "00:00:00.100"),
            (r#"{"visibilityTimeout":"soon"}"#, "time span"),
            (r#"{"messageEncoding":"utf8"}"#, "base64 or none"),
        ] {
            assert!(resolve(json).unwrap_err().contains(reason), "{json}");
        }
    }
}
