use std::time::Instant;

use bytes::Bytes;
use tokio::net::TcpListener;

use super::*;

fn events(count: usize) -> Vec<Event> {
    (0..count)
        .map(|n| Event { partition_key: "key".to_owned(), body: Bytes::from(format!("{{\"n\":{n}}}")) })
        .collect()
}

fn impatient() -> PublishOptions {
    PublishOptions {
        timeout: Duration::from_millis(300),
        attempts: 2,
        first_pause: Duration::from_millis(10),
    }
}

#[tokio::test]
async fn a_broker_that_accepts_and_never_answers_is_transient_within_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let publisher = EventHubsPublisher::local(&format!("amqp://{address}"), impatient()).unwrap();

    let started = Instant::now();
    let error = publisher.publish("raw", events(3)).await.unwrap_err();

    assert!(matches!(error, PortError::Transient { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(60), "it did not end by itself");
    accepting.abort();
}

#[tokio::test]
async fn nobody_listening_is_transient() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let publisher = EventHubsPublisher::local(&format!("amqp://{free}"), impatient()).unwrap();
    let error = publisher.publish("raw", events(1)).await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "{error}");
}

#[tokio::test]
async fn publishing_nothing_connects_to_nothing() {
    let publisher = EventHubsPublisher::local("amqp://127.0.0.1:1", impatient()).unwrap();
    publisher.publish("raw", Vec::new()).await.unwrap();
}

#[test]
fn pauses_double_and_respect_what_the_service_asks() {
    let first = Duration::from_millis(250);
    let lost = transient(SERVICE, "lost");
    assert_eq!(pause(first, 1, &lost), Duration::from_millis(250));
    assert_eq!(pause(first, 3, &lost), Duration::from_secs(1));
    assert_eq!(pause(first, 40, &lost), LONGEST_PAUSE);
    let busy = PortError::Throttled {
        service: SERVICE,
        detail: String::new(),
        retry_after: Some(Duration::from_secs(4)),
    };
    assert_eq!(pause(first, 1, &busy), Duration::from_secs(4));
}
