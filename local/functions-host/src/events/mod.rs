//! Event Hub triggers: where events come from, how far they have been delivered, and the pumps between.

mod amqp;
mod checkpoint;
mod file_source;
mod pump;
mod source;

pub use amqp::AmqpSource;
pub use checkpoint::{Address, Checkpoint, CheckpointStore};
pub use file_source::FileSource;
pub use pump::{EventHubListener, namespace_of};
pub use source::{Event, EventSource, PartitionReader, source_for};
