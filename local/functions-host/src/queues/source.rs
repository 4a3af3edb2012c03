//! What a queue trigger needs of a queue service.

use futures::future::BoxFuture;
use std::time::Duration;
use time::OffsetDateTime;

/// One message, taken off its queue for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The service's.
    pub id: String,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// How often it was taken off, this time included.
    pub dequeue_count: u32,
    /// When it was sent.
    pub inserted: OffsetDateTime,
    /// When the service drops it.
    pub expires: OffsetDateTime,
    /// When it is visible again, unless it is deleted before.
    pub next_visible: OffsetDateTime,
    /// Proves that it was we who took it; renewed whenever the visibility changes.
    pub receipt: String,
}

/// A queue service. An error is worth another try.
pub trait QueueSource: Send + Sync + 'static {
    /// Takes at most `max` visible messages, each invisible to others for `lease`. A queue that does not
    /// exist has none.
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        max: usize,
        lease: Duration,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Message>>>;

    /// Deletes a message that was taken.
    fn delete<'a>(
        &'a self,
        queue: &'a str,
        id: &'a str,
        receipt: &'a str,
    ) -> BoxFuture<'a, anyhow::Result<()>>;

    /// Lets a message that was taken be visible `after` that time; gives its new receipt.
    fn show_after<'a>(
        &'a self,
        queue: &'a str,
        id: &'a str,
        receipt: &'a str,
        after: Duration,
    ) -> BoxFuture<'a, anyhow::Result<String>>;

    /// Sends a message, and makes the queue where there is none.
    fn send<'a>(&'a self, queue: &'a str, body: &'a [u8]) -> BoxFuture<'a, anyhow::Result<()>>;
}

const POISON: &str = "-poison";

/// Where messages go that fail again and again. The messages of a poison queue itself go nowhere.
#[must_use]
pub fn poison_queue(queue: &str) -> Option<String> {
    let name = format!("{queue}{POISON}");
    (!queue.ends_with(POISON) && name.len() <= 63).then_some(name)
}
