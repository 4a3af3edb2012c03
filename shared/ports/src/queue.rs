//! Work that somebody else begins at once.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::PortError;

/// The longest body, in bytes: Azure's messages hold 64 KiB of text, and bodies travel in base64.
pub const MAX_MESSAGE_BYTES: usize = 48 * 1024;

/// The longest delay: Azure keeps a message invisible for at most seven days.
pub const MAX_DELAY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Queues of messages, each taken by one consumer at a time. Consumers are functions: the Functions host
/// takes messages off the queue, calls the function, and deletes what it succeeded with; what fails again
/// and again goes to the queue `<name>-poison`.
///
/// Guarantees: when `send` returns `Ok`, the message is durable, arrives byte for byte at least once, and
/// does not expire; it is visible to consumers after `delay` (rounded up to a second where the service
/// counts in seconds), or at once. A queue is made by its first message. No order is promised. A queue's
/// name that Azure would refuse, an empty body, one over [`MAX_MESSAGE_BYTES`] and a delay over
/// [`MAX_DELAY`] are `Rejected`. On any other error the message may have been accepted: consumers are
/// idempotent. It never waits for ever.
#[async_trait]
pub trait WorkQueue: Send + Sync {
    async fn send(&self, queue: &str, body: Bytes, delay: Option<Duration>) -> Result<(), PortError>;
}

/// What every adapter refuses before it sends; `service` names the adapter in the message.
pub fn check_message(
    service: &'static str,
    queue: &str,
    body: &[u8],
    delay: Option<Duration>,
) -> Result<(), PortError> {
    let refuse = |detail: String| Err(PortError::Rejected { service, detail });
    if !is_queue_name(queue) {
        let shown = queue.escape_debug();
        return refuse(format!(
            "`{shown}` cannot name a queue: use 3 to 63 of a-z, 0-9 and single '-', not at the ends"
        ));
    }
    if body.is_empty() {
        return refuse("a message without a body asks for nothing".into());
    }
    if body.len() > MAX_MESSAGE_BYTES {
        return refuse(format!("a message of {} bytes is over {MAX_MESSAGE_BYTES}", body.len()));
    }
    if delay.is_some_and(|delay| delay > MAX_DELAY) {
        return refuse("a message cannot wait for more than seven days".into());
    }
    Ok(())
}

/// "Naming Queues and Metadata" of the Storage REST API.
fn is_queue_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}
