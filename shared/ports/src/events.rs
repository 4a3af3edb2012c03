//! Publishing events.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::PortError;

/// One event: opaque to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Events with the same key keep their order.
    pub partition_key: String,
    /// A CloudEvents 1.0 envelope in JSON.
    pub body: Bytes,
}

/// Guarantees: when `publish` returns `Ok`, every event is durable at the broker, in order per
/// partition key. On an error some may have been accepted: publish all again, consumers are idempotent.
/// It never waits for ever: a broker that does not answer is `Transient`.
#[async_trait]
pub trait EventPublisher: Send + Sync {
    async fn publish(&self, hub: &str, events: Vec<Event>) -> Result<(), PortError>;
}
