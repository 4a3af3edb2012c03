//! The in-memory doubles keep the ports' guarantees.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_ports::contract::TakeMessage;
use forebay_ports::memory::{MemoryEvents, MemoryRawStore, MemorySecrets};
use forebay_ports::memory_queue::MemoryQueue;
use forebay_ports::{Event, EventPublisher, SecretStore, WorkQueue, contract};

#[tokio::test]
async fn the_raw_store_passes_its_suite() {
    contract::raw_store(&MemoryRawStore::default()).await;
}

#[tokio::test]
async fn the_publisher_passes_its_suite() {
    contract::event_publisher(&MemoryEvents::with_hubs(["raw"]), "raw").await;
}

#[tokio::test]
async fn the_secrets_pass_their_suite() {
    contract::secret_store(&MemorySecrets::new([("key", "value-of-key")]), "key", "value-of-key").await;
}

struct Consumer<'q>(&'q MemoryQueue);

#[async_trait]
impl TakeMessage for Consumer<'_> {
    async fn take(&self, queue: &str) -> Option<Bytes> {
        self.0.take(queue)
    }
}

#[tokio::test]
async fn the_queue_passes_its_suite() {
    let queue = MemoryQueue::default();
    contract::work_queue(&queue, &Consumer(&queue)).await;
}

#[tokio::test]
async fn a_failing_queue_may_have_accepted_the_message() {
    let queue = MemoryQueue::default();
    queue.fail_next(1);
    let body = Bytes::from_static(b"x");
    let delay = Some(Duration::from_secs(60));
    assert!(queue.send("work", body.clone(), delay).await.is_err_and(|e| e.is_retryable()));
    queue.send("work", body, delay).await.unwrap();
    assert_eq!((queue.all("work").len(), queue.take("work")), (2, None));
}

#[tokio::test]
async fn a_rotated_secret_has_another_version() {
    let secrets = MemorySecrets::new([("key", "one")]);
    let first = secrets.get("key").await.unwrap();
    secrets.set("key", "two");
    let second = secrets.get("key").await.unwrap();
    assert_eq!(second.expose(), "two");
    assert_ne!(first.version, second.version);
}

#[tokio::test]
async fn a_failing_publisher_may_have_accepted_some() {
    let events = MemoryEvents::default();
    let batch: Vec<Event> =
        (0..4).map(|n| Event { partition_key: "k".into(), body: Bytes::from(n.to_string()) }).collect();
    events.fail_next(1);
    assert!(events.publish("raw", batch.clone()).await.is_err_and(|e| e.is_retryable()));
    assert_eq!(events.published("raw").len(), 2);
    events.publish("raw", batch).await.unwrap();
    assert_eq!(events.published("raw").len(), 6);
}
