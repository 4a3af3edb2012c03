//! The in-memory doubles keep the ports' guarantees.

use bytes::Bytes;
use forebay_ports::memory::{MemoryEvents, MemoryRawStore, MemorySecrets};
use forebay_ports::{Event, EventPublisher, SecretStore, contract};

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
