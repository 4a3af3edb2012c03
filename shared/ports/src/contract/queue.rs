//! The suite of `WorkQueue`. What arrives is seen with a consumer, which each adapter's test brings.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;

use super::assert_error;
use super::given::unique;
use crate::queue::{MAX_DELAY, MAX_MESSAGE_BYTES, WorkQueue};

/// A consumer of the same queues.
#[async_trait]
pub trait TakeMessage: Send + Sync {
    /// One message that is visible now, taken off the queue; `None` where there is none, or no queue.
    async fn take(&self, queue: &str) -> Option<Bytes>;
}

/// Long enough for any service to show a message.
const PATIENCE: Duration = Duration::from_secs(20);

/// Proves the guarantees of `WorkQueue` that can be seen from outside, on queues of its own.
pub async fn work_queue(queue: &dyn WorkQueue, consumer: &dyn TakeMessage) {
    bodies_arrive_byte_for_byte(queue, consumer).await;
    a_queue_has_its_own_messages_only(queue, consumer).await;
    every_message_of_senders_at_once_arrives(queue, consumer).await;
    a_delayed_message_is_not_seen_before_its_time(queue, consumer).await;
    what_no_queue_can_carry_is_rejected(queue).await;
}

async fn next(consumer: &dyn TakeMessage, queue: &str) -> Bytes {
    let started = Instant::now();
    loop {
        if let Some(body) = consumer.take(queue).await {
            return body;
        }
        assert!(started.elapsed() < PATIENCE, "no message came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn bodies_arrive_byte_for_byte(queue: &dyn WorkQueue, consumer: &dyn TakeMessage) {
    let name = unique("bytes");
    let every_byte: Bytes = (0..=255u8).collect();
    let largest: Bytes = every_byte.iter().copied().cycle().take(MAX_MESSAGE_BYTES).collect();
    let markup = Bytes::from_static(b"{\"a\":\"<&>\"} \xc3\xa4\n");
    for body in [every_byte, largest, markup, Bytes::from_static(b"x")] {
        queue.send(&name, body.clone(), None).await.unwrap();
        assert_eq!(next(consumer, &name).await, body);
        assert_eq!(consumer.take(&name).await, None, "one message came twice");
    }
}

async fn a_queue_has_its_own_messages_only(queue: &dyn WorkQueue, consumer: &dyn TakeMessage) {
    let (one, other) = (unique("own"), unique("own"));
    queue.send(&one, Bytes::from_static(b"one"), None).await.unwrap();
    assert_eq!(consumer.take(&other).await, None);
    queue.send(&other, Bytes::from_static(b"other"), None).await.unwrap();
    assert_eq!(next(consumer, &one).await, Bytes::from_static(b"one"));
    assert_eq!(next(consumer, &other).await, Bytes::from_static(b"other"));
}

/// The queue does not exist before, so that the senders also race to make it.
async fn every_message_of_senders_at_once_arrives(queue: &dyn WorkQueue, consumer: &dyn TakeMessage) {
    let name = unique("many");
    let send = |text: &'static str| queue.send(&name, Bytes::from_static(text.as_bytes()), None);
    let (a, b, c, d) = tokio::join!(send("a"), send("b"), send("c"), send("d"));
    for sent in [a, b, c, d] {
        sent.unwrap();
    }
    let mut arrived = Vec::new();
    for _ in 0..4 {
        arrived.push(String::from_utf8(next(consumer, &name).await.to_vec()).unwrap());
    }
    arrived.sort();
    assert_eq!(arrived, ["a", "b", "c", "d"]);
}

async fn a_delayed_message_is_not_seen_before_its_time(queue: &dyn WorkQueue, consumer: &dyn TakeMessage) {
    let name = unique("late");
    let delay = Duration::from_secs(2);
    let sent = Instant::now();
    queue.send(&name, Bytes::from_static(b"late"), Some(delay)).await.unwrap();
    queue.send(&name, Bytes::from_static(b"now"), None).await.unwrap();
    assert_eq!(next(consumer, &name).await, Bytes::from_static(b"now"));
    assert_eq!(next(consumer, &name).await, Bytes::from_static(b"late"));
    // Services that count in whole seconds may begin to count at the second's start.
    assert!(sent.elapsed() >= delay - Duration::from_secs(1), "it came after {:?}", sent.elapsed());
}

async fn what_no_queue_can_carry_is_rejected(queue: &dyn WorkQueue) {
    let body = || Bytes::from_static(b"x");
    let long = "x".repeat(64);
    for name in ["", "ab", "Raw", "a_b", "-ab", "ab-", "a--b", "../escape", "a/b", "a?b=c", &long] {
        assert_error!(queue.send(name, body(), None).await, Rejected);
    }
    let name = unique("refused");
    assert_error!(queue.send(&name, Bytes::new(), None).await, Rejected);
    assert_error!(queue.send(&name, vec![b'x'; MAX_MESSAGE_BYTES + 1].into(), None).await, Rejected);
    let too_long = MAX_DELAY + Duration::from_secs(1);
    assert_error!(queue.send(&name, body(), Some(too_long)).await, Rejected);
}
