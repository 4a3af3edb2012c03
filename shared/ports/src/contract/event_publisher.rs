//! The suite of `EventPublisher`, as far as a publisher alone can be tested: what arrives, and in which
//! order, is seen at the broker.

use std::time::Duration;

use bytes::Bytes;

use super::given::unique;
use crate::events::{Event, EventPublisher};

/// Longer than any publisher may take to give up.
const FOREVER: Duration = Duration::from_secs(120);

/// Publishes to `hub`, which must exist; an unknown hub must be an error.
pub async fn event_publisher(publisher: &dyn EventPublisher, hub: &str) {
    nothing_is_published_at_once(publisher, hub).await;
    many_events_of_many_keys_are_accepted(publisher, hub).await;
    publishers_at_once_do_not_fail_each_other(publisher, hub).await;
    an_unknown_hub_is_an_error_and_not_a_wait(publisher).await;
}

fn events(count: usize, keys: usize) -> Vec<Event> {
    let base = unique("key");
    let event = |n: usize| Event {
        partition_key: format!("{base}/{}", n % keys),
        body: Bytes::from(format!("{{\"specversion\":\"1.0\",\"id\":\"{base}-{n}\"}}")),
    };
    (0..count).map(event).collect()
}

async fn nothing_is_published_at_once(publisher: &dyn EventPublisher, hub: &str) {
    publisher.publish(hub, Vec::new()).await.unwrap();
}

/// More than one batch of 1 MiB holds.
async fn many_events_of_many_keys_are_accepted(publisher: &dyn EventPublisher, hub: &str) {
    publisher.publish(hub, events(500, 7)).await.unwrap();
    let mut large = events(12, 1);
    for event in &mut large {
        event.body = Bytes::from(format!("\"{}\"", "x".repeat(200_000)));
    }
    publisher.publish(hub, large).await.unwrap();
}

async fn publishers_at_once_do_not_fail_each_other(publisher: &dyn EventPublisher, hub: &str) {
    let publish = || publisher.publish(hub, events(50, 3));
    let (a, b, c, d) = tokio::join!(publish(), publish(), publish(), publish());
    for result in [a, b, c, d] {
        result.unwrap();
    }
}

async fn an_unknown_hub_is_an_error_and_not_a_wait(publisher: &dyn EventPublisher) {
    let hub = unique("no-such-hub");
    let result = tokio::time::timeout(FOREVER, publisher.publish(&hub, events(1, 1))).await;
    assert!(result.unwrap().is_err());
}
