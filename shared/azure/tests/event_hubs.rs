//! Publishing to the Event Hubs stand-in of this repository, when it runs: `FOREBAY_TEST_EVENTHUBS` holds
//! its address, such as `amqp://127.0.0.1:5672`, and it has a hub `raw`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "test helpers outside of test functions fail loudly and say what they skip"
)]

use bytes::Bytes;
use forebay_azure::{EventHubsPublisher, PublishOptions};
use forebay_ports::{Event, EventPublisher, PortError};

fn publisher(test: &str) -> Option<EventHubsPublisher> {
    let Ok(endpoint) = std::env::var("FOREBAY_TEST_EVENTHUBS") else {
        eprintln!("skipped: {test} did not run, because FOREBAY_TEST_EVENTHUBS holds no address");
        return None;
    };
    Some(EventHubsPublisher::local(&endpoint, PublishOptions::default()).unwrap())
}

fn event(key: &str, size: usize) -> Event {
    Event { partition_key: key.to_owned(), body: Bytes::from(vec![b'x'; size]) }
}

#[tokio::test]
async fn more_than_one_batch_of_events_is_accepted() {
    let Some(publisher) = publisher("more_than_one_batch") else { return };
    let many = (0..2500).map(|n| event(&format!("key-{}", n % 3), 900)).collect();
    publisher.publish("raw", many).await.unwrap();
    publisher.publish("raw", vec![event("", 10)]).await.unwrap();
}

#[tokio::test]
async fn publishers_at_once_share_one_connection_and_all_succeed() {
    let Some(publisher) = publisher("publishers_at_once") else { return };
    let all = (0..16).map(|n| publisher.publish("raw", vec![event(&format!("key-{n}"), 100); 20]));
    futures::future::try_join_all(all).await.unwrap();
}

#[tokio::test]
async fn an_event_larger_than_the_hub_takes_is_rejected() {
    let Some(publisher) = publisher("an_event_larger") else { return };
    let error = publisher.publish("raw", vec![event("key", 5 * 1024 * 1024)]).await.unwrap_err();
    assert!(matches!(error, PortError::Rejected { .. }), "{error}");
    publisher.publish("raw", vec![event("key", 10)]).await.unwrap();
}

#[tokio::test]
async fn an_unknown_hub_is_not_found() {
    let Some(publisher) = publisher("an_unknown_hub") else { return };
    let error = publisher.publish("no-such-hub", vec![event("key", 10)]).await.unwrap_err();
    assert!(matches!(error, PortError::NotFound { .. }), "{error}");
}
