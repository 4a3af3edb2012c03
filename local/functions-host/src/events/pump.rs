//! Delivers every partition of a hub to one function: batches in order, one at a time per partition.

use super::checkpoint::{Address, Checkpoint, CheckpointStore};
use super::source::{Event, EventSource, PartitionReader};
use crate::app::{EventHubOptions, EventHubTrigger, Settings};
use crate::encoding::{BatchOrigin, Variants, event_hub_request};
use crate::invoke::{Invoker, Outcome, Stop, Target};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);
/// How long one receive waits: long enough to be idle cheaply.
const IDLE_WAIT: Duration = Duration::from_secs(10);

/// The listener of one Event Hub function.
#[derive(Clone)]
pub struct EventHubListener {
    /// The function and its process.
    pub target: Target,
    /// What its function.json says.
    pub trigger: EventHubTrigger,
    /// What host.json says.
    pub options: EventHubOptions,
    /// The namespace that the metadata names.
    pub namespace: String,
    /// Where events come from.
    pub source: Arc<dyn EventSource>,
    /// Where checkpoints are kept.
    pub checkpoints: CheckpointStore,
    /// Shapes of other host versions.
    pub variants: Variants,
    /// Posts the batches.
    pub invoker: Invoker,
    /// When to end.
    pub stop: Stop,
}

/// The namespace's host name: from the trigger's connection settings, else the endpoint's own.
#[must_use]
pub fn namespace_of(settings: &Settings, connection: &str, endpoint: &str) -> String {
    if let Some(name) = settings.get(&format!("{connection}__fullyQualifiedNamespace")) {
        return name.to_owned();
    }
    let from_string = settings.get(connection).and_then(|text| {
        text.split(';').find_map(|part| part.trim().strip_prefix("Endpoint=sb://")).map(host_of)
    });
    from_string.unwrap_or_else(|| host_of(endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest)))
}

fn host_of(address: &str) -> String {
    address.split(['/', ':']).next().unwrap_or_default().to_owned()
}

impl EventHubListener {
    /// Runs until the host drains; ends after the batches under way.
    pub async fn run(self) {
        let Some(partitions) = self.partitions().await else { return };
        tracing::info!(
            function = self.target.function,
            hub = self.trigger.hub,
            count = partitions.len(),
            "listening to the hub's partitions"
        );
        let mut pumps = JoinSet::new();
        for partition in partitions {
            let address = Address {
                function: self.target.function.clone(),
                hub: self.trigger.hub.clone(),
                consumer_group: self.trigger.consumer_group.clone(),
                partition,
            };
            let listener = self.clone();
            pumps.spawn(async move { listener.pump(&address).await });
        }
        while pumps.join_next().await.is_some() {}
    }

    async fn partitions(&self) -> Option<Vec<String>> {
        let mut backoff = Backoff::default();
        loop {
            let asked = tokio::select! {
                asked = self.source.partitions(&self.trigger.hub) => asked,
                () = self.stop.draining.cancelled() => return None,
            };
            match asked {
                Ok(partitions) => return Some(partitions),
                Err(error) => {
                    self.wait_after(&mut backoff, "the event hub cannot be reached", &error).await?
                }
            }
        }
    }

    async fn pump(&self, address: &Address) {
        let mut backoff = Backoff::default();
        while !self.stop.draining.is_cancelled() {
            let Err(error) = self.deliver(address, &mut backoff).await else { return };
            let waited = self.wait_after(&mut backoff, "the partition's connection is lost", &error).await;
            if waited.is_none() {
                return;
            }
        }
    }

    /// Delivers from the checkpoint on; ends well when the host stops.
    async fn deliver(&self, address: &Address, backoff: &mut Backoff) -> anyhow::Result<()> {
        let after = self.checkpoints.load(address).map(|checkpoint| checkpoint.sequence_number);
        let opened = tokio::select! {
            opened = self.source.open(address, after) => opened,
            () = self.stop.draining.cancelled() => return Ok(()),
        };
        let mut reader = opened?;
        let mut since_checkpoint = 0;
        loop {
            let received = tokio::select! {
                received = next_batch(reader.as_mut(), &self.options) => received?,
                () = self.stop.draining.cancelled() => return Ok(()),
            };
            *backoff = Backoff::default();
            let Some(last) = received.last() else { continue };
            let checkpoint =
                Checkpoint { sequence_number: last.sequence_number, offset: last.offset.clone() };
            if self.invoke(address, &received).await == Outcome::Cancelled {
                return Ok(());
            }
            since_checkpoint += 1;
            if since_checkpoint >= self.options.checkpoint_frequency {
                since_checkpoint = 0;
                self.save(address, &checkpoint);
            }
        }
    }

    async fn invoke(&self, address: &Address, events: &[Event]) -> Outcome {
        let origin = BatchOrigin {
            namespace: self.namespace.clone(),
            hub: address.hub.clone(),
            consumer_group: address.consumer_group.clone(),
            partition: address.partition.clone(),
        };
        let EventHubTrigger { binding, data_type, .. } = &self.trigger;
        let encode = |invocation: &crate::encoding::Invocation<'_>| {
            event_hub_request(binding, *data_type, &origin, events, self.variants, invocation)
                .map_err(|error| error.to_string())
        };
        self.invoker.invoke(&self.target, &encode, &self.stop).await
    }

    /// Without its checkpoint a batch comes again after a restart, which handlers must bear anyway.
    fn save(&self, address: &Address, checkpoint: &Checkpoint) {
        if let Err(error) = self.checkpoints.save(address, checkpoint) {
            let error = format!("{error:#}");
            tracing::error!(
                function = address.function,
                partition = address.partition,
                error,
                "events will come again after a restart"
            );
        }
    }

    /// Nothing when the host stops meanwhile.
    async fn wait_after(&self, backoff: &mut Backoff, what: &str, error: &anyhow::Error) -> Option<()> {
        let (delay, first) = backoff.next();
        let (function, hub, error) = (&self.target.function, &self.trigger.hub, format!("{error:#}"));
        if first {
            tracing::warn!(function, hub, error, "{what}; trying again");
        } else {
            tracing::debug!(function, hub, error, "{what}; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(delay) => Some(()),
            () = self.stop.draining.cancelled() => None,
        }
    }
}

/// Collects up to the maximum; with a minimum above one, waits for it as long as host.json allows.
async fn next_batch(
    reader: &mut dyn PartitionReader,
    options: &EventHubOptions,
) -> anyhow::Result<Vec<Event>> {
    let mut events = reader.receive(options.max_batch, IDLE_WAIT).await?;
    if events.is_empty() {
        return Ok(events);
    }
    let deadline = Instant::now() + options.max_wait;
    while events.len() < options.min_batch {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        events.extend(reader.receive(options.max_batch - events.len(), left).await?);
    }
    Ok(events)
}

/// Doubling waits; the first of a row is worth a warning.
#[derive(Default)]
struct Backoff(Option<Duration>);

impl Backoff {
    fn next(&mut self) -> (Duration, bool) {
        let first = self.0.is_none();
        let delay = self.0.map_or(FIRST_BACKOFF, |last| (last * 2).min(LONGEST_BACKOFF));
        self.0 = Some(delay);
        (delay, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::BoxFuture;

    struct Scripted(Vec<Vec<i64>>);

    impl PartitionReader for Scripted {
        fn receive(&mut self, max: usize, _wait: Duration) -> BoxFuture<'_, anyhow::Result<Vec<Event>>> {
            Box::pin(async move {
                if self.0.is_empty() {
                    tokio::time::sleep(Duration::from_secs(3600)).await;
                }
                let numbers = self.0.remove(0);
                assert!(numbers.len() <= max, "more was not asked for");
                Ok(numbers.into_iter().map(event).collect())
            })
        }
    }

    fn event(sequence_number: i64) -> Event {
        Event {
            body: Vec::new(),
            offset: sequence_number.to_string(),
            sequence_number,
            enqueued_time: time::OffsetDateTime::UNIX_EPOCH,
            partition_key: None,
            properties: serde_json::Map::new(),
        }
    }

    fn options(min_batch: usize, max_wait: Duration) -> EventHubOptions {
        EventHubOptions { max_batch: 5, min_batch, max_wait, checkpoint_frequency: 1 }
    }

    #[tokio::test]
    async fn a_minimum_collects_several_receives_in_order() {
        let mut reader = Scripted(vec![vec![1], vec![], vec![2, 3], vec![4]]);
        let batch = next_batch(&mut reader, &options(3, Duration::from_secs(60))).await.unwrap();
        assert_eq!(batch.iter().map(|event| event.sequence_number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_minimum_is_given_up_when_its_time_is_over() {
        let mut reader = Scripted(vec![vec![1], vec![], vec![]]);
        let batch = next_batch(&mut reader, &options(3, Duration::ZERO)).await.unwrap();
        assert_eq!(batch.len(), 1);
    }

    #[test]
    fn the_namespace_comes_from_the_connection() {
        let settings = Settings::of([
            ("A__fullyQualifiedNamespace".to_owned(), "a.servicebus.windows.net".to_owned()),
            ("B".to_owned(), "Endpoint=sb://b.example:5672/;SharedAccessKeyName=x".to_owned()),
        ]);
        assert_eq!(namespace_of(&settings, "A", "amqp://127.0.0.1:5672"), "a.servicebus.windows.net");
        assert_eq!(namespace_of(&settings, "B", "amqp://127.0.0.1:5672"), "b.example");
        assert_eq!(namespace_of(&settings, "C", "amqp://127.0.0.1:5672"), "127.0.0.1");
    }
}
