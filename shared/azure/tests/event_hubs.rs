//! Publishing through the real client to this repository's Event Hubs stand-in, started in this process. The
//! port's own suite also runs on another broker on this machine, given in `FOREBAY_TEST_EVENTHUBS` (such as
//! `amqp://127.0.0.1:5672`, with a hub `raw`).
#![expect(clippy::unwrap_used, reason = "test helpers outside of test functions fail loudly")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use forebay_azure::{EventHubsPublisher, PublishOptions};
use forebay_event_hubs::consumer::{PartitionConsumer, ReceivedEvent};
use forebay_event_hubs::server::{Server, ServerOptions};
use forebay_ports::{Event, EventPublisher, PortError};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const PARTITIONS: usize = 4;

struct Broker {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Broker {
    async fn start(data: &Path, listen: SocketAddr) -> Self {
        let hubs = vec![format!("raw={PARTITIONS}").parse().unwrap()];
        let server = Server::bind(listen, ServerOptions::new(data, hubs)).await.unwrap();
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async move {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }

    fn endpoint(&self) -> String {
        format!("amqp://{}", self.address)
    }

    /// Every event of the hub, per partition in order.
    async fn received(&self) -> Vec<Vec<ReceivedEvent>> {
        let mut all = Vec::new();
        for partition in 0..PARTITIONS {
            let partition = partition.to_string();
            let mut consumer =
                PartitionConsumer::open(&self.endpoint(), "raw", "$Default", &partition, None).await.unwrap();
            let mut events = Vec::new();
            loop {
                let batch = consumer.receive_batch(500, Duration::from_millis(300)).await.unwrap();
                if batch.is_empty() {
                    break;
                }
                events.extend(batch);
            }
            all.push(events);
        }
        all
    }
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn impatient(timeout: Duration) -> PublishOptions {
    PublishOptions { timeout, attempts: 3, first_pause: Duration::from_millis(50) }
}

fn publisher(broker: &Broker) -> EventHubsPublisher {
    EventHubsPublisher::local(&broker.endpoint(), impatient(Duration::from_secs(10))).unwrap()
}

fn event(key: &str, number: usize, size: usize) -> Event {
    let filler = "x".repeat(size);
    Event { partition_key: key.to_owned(), body: Bytes::from(format!("{number} {filler}")) }
}

fn number(event: &ReceivedEvent) -> usize {
    let text = String::from_utf8(event.body.clone()).unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

async fn fresh() -> (TempDir, Broker) {
    let folder = tempfile::tempdir().unwrap();
    let broker = Broker::start(folder.path(), any_port()).await;
    (folder, broker)
}

#[tokio::test]
async fn the_publisher_keeps_the_ports_guarantees() {
    let (_folder, broker) = fresh().await;
    forebay_ports::contract::event_publisher(&publisher(&broker), "raw").await;
    if let Ok(endpoint) = std::env::var("FOREBAY_TEST_EVENTHUBS") {
        let other = EventHubsPublisher::local(&endpoint, PublishOptions::default()).unwrap();
        forebay_ports::contract::event_publisher(&other, "raw").await;
    }
}

#[tokio::test]
async fn every_event_arrives_once_and_in_order_per_key_over_many_batches() {
    let (_folder, broker) = fresh().await;
    let many = (0..2500).map(|n| event(&format!("key-{}", n % 3), n, 900)).collect();
    publisher(&broker).publish("raw", many).await.unwrap();

    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for partition in broker.received().await {
        for event in partition {
            by_key.entry(event.partition_key.clone().unwrap()).or_default().push(number(&event));
        }
    }
    assert_eq!(by_key.len(), 3);
    for (n, numbers) in by_key.values().enumerate() {
        let expected: Vec<usize> = (n..2500).step_by(3).collect();
        assert_eq!(numbers, &expected);
    }
}

#[tokio::test]
async fn an_event_larger_than_the_hub_takes_is_rejected_and_the_next_one_passes() {
    let (_folder, broker) = fresh().await;
    let publisher = publisher(&broker);
    let error = publisher.publish("raw", vec![event("key", 0, 5 * 1024 * 1024)]).await.unwrap_err();
    assert!(matches!(error, PortError::Rejected { .. }), "{error}");
    publisher.publish("raw", vec![event("key", 1, 10)]).await.unwrap();
}

#[tokio::test]
async fn an_unknown_hub_is_not_found() {
    let (_folder, broker) = fresh().await;
    let error = publisher(&broker).publish("no-such-hub", vec![event("key", 0, 10)]).await.unwrap_err();
    assert!(matches!(error, PortError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_broker_that_went_away_is_found_again_when_it_is_back() {
    let (folder, broker) = fresh().await;
    let address = broker.address;
    let publisher = EventHubsPublisher::local(&broker.endpoint(), impatient(Duration::from_secs(3))).unwrap();
    publisher.publish("raw", vec![event("key", 1, 10)]).await.unwrap();
    broker.stop().await;

    let error = publisher.publish("raw", vec![event("key", 2, 10)]).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");

    let back = Broker::start(folder.path(), address).await;
    publisher.publish("raw", vec![event("key", 3, 10)]).await.unwrap();
    let numbers: Vec<usize> = back.received().await.iter().flatten().map(number).collect();
    assert!(numbers.starts_with(&[1]) && numbers.ends_with(&[3]), "{numbers:?}");
}
