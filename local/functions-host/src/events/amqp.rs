//! Events from an AMQP broker, through the local Event Hubs' own consumer.

use super::Address;
use super::source::{Event, EventSource, PartitionReader};
use forebay_event_hubs::consumer::{self, PartitionConsumer, ReceivedEvent};
use futures::future::BoxFuture;
use std::time::Duration;

/// A broker at `amqp://host:port`.
#[derive(Debug, Clone)]
pub struct AmqpSource {
    endpoint: String,
}

impl AmqpSource {
    /// Nothing is connected yet.
    #[must_use]
    pub const fn new(endpoint: String) -> Self {
        Self { endpoint }
    }
}

impl EventSource for AmqpSource {
    fn partitions<'a>(&'a self, hub: &'a str) -> BoxFuture<'a, anyhow::Result<Vec<String>>> {
        Box::pin(async move { consumer::partition_ids(&self.endpoint, hub).await })
    }

    fn open<'a>(
        &'a self,
        address: &'a Address,
        after: Option<i64>,
    ) -> BoxFuture<'a, anyhow::Result<Box<dyn PartitionReader>>> {
        Box::pin(async move {
            let Address { hub, consumer_group, partition, .. } = address;
            let opened =
                PartitionConsumer::open(&self.endpoint, hub, consumer_group, partition, after).await?;
            Ok(Box::new(AmqpReader(opened)) as Box<dyn PartitionReader>)
        })
    }
}

struct AmqpReader(PartitionConsumer);

impl PartitionReader for AmqpReader {
    fn receive(&mut self, max: usize, wait: Duration) -> BoxFuture<'_, anyhow::Result<Vec<Event>>> {
        Box::pin(async move {
            let events = self.0.receive_batch(max, wait).await?;
            Ok(events.into_iter().map(from_broker).collect())
        })
    }
}

fn from_broker(event: ReceivedEvent) -> Event {
    Event {
        body: event.body,
        offset: event.offset,
        sequence_number: event.sequence_number,
        enqueued_time: event.enqueued_time,
        partition_key: event.partition_key,
        properties: event.properties,
    }
}
