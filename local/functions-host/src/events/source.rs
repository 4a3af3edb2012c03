//! Where events come from.

use super::{Address, AmqpSource, FileSource};
use futures::future::BoxFuture;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// One event as a partition holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// Opaque; the broker's.
    pub offset: String,
    /// Rises within the partition.
    pub sequence_number: i64,
    /// When the broker accepted it.
    pub enqueued_time: OffsetDateTime,
    /// The key it was published with.
    pub partition_key: Option<String>,
    /// Its application properties.
    pub properties: Map<String, Value>,
}

/// A broker, as far as a trigger needs one.
pub trait EventSource: Send + Sync + 'static {
    /// The hub's partitions. An error is worth another try.
    fn partitions<'a>(&'a self, hub: &'a str) -> BoxFuture<'a, anyhow::Result<Vec<String>>>;

    /// Opens a partition after that sequence number, or at its beginning. An error is worth another try.
    fn open<'a>(
        &'a self,
        address: &'a Address,
        after: Option<i64>,
    ) -> BoxFuture<'a, anyhow::Result<Box<dyn PartitionReader>>>;
}

/// One open partition.
pub trait PartitionReader: Send {
    /// At most `max` events in order, waiting up to `wait` for the first; none when none came.
    ///
    /// After an error the reader is dropped and the partition is opened anew from the checkpoint.
    fn receive(&mut self, max: usize, wait: Duration) -> BoxFuture<'_, anyhow::Result<Vec<Event>>>;
}

/// The source an endpoint names: `amqp://host:port` for a broker, `file:<directory>` for recorded events.
///
/// # Errors
/// A sentence about an endpoint of another kind.
pub fn source_for(endpoint: &str) -> Result<Arc<dyn EventSource>, String> {
    if let Some(directory) = endpoint.strip_prefix("file:") {
        return Ok(Arc::new(FileSource::new(directory.into())));
    }
    if endpoint.starts_with("amqp://") {
        return Ok(Arc::new(AmqpSource::new(endpoint.to_owned())));
    }
    Err(format!("'{endpoint}' is not an Event Hubs endpoint: use amqp://host:port or file:<directory>"))
}
