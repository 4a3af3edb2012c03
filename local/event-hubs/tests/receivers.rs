//! What receivers may ask for: where to start, and to be alone.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

use std::time::Duration;

use fe2o3_amqp::{
    link::{LinkStateError, ReceiverAttachError, RecvError},
    types::{
        definitions::{AmqpError, ErrorCondition, LinkError},
        messaging::{Body, annotations::AnnotationKey},
        primitives::Value,
    },
};
use forebay_event_hubs::consumer::PartitionConsumer;
use support::{RawReceiver, TestServer, To, numbered, producer, raw_receiver, receive_all, send};

const PARTITION: &str = "raw/ConsumerGroups/$Default/Partitions/0";

async fn sequences(receiver: &mut RawReceiver) -> Vec<i64> {
    let mut sequences = Vec::new();
    while let Ok(delivery) =
        tokio::time::timeout(Duration::from_millis(200), receiver.link.recv::<Body<Value>>()).await
    {
        let message = delivery.unwrap().into_message();
        let annotations = message.message_annotations.unwrap();
        match annotations.get(&"x-opt-sequence-number" as &dyn AnnotationKey) {
            Some(Value::Long(sequence)) => sequences.push(*sequence),
            other => panic!("{other:?}"),
        }
    }
    sequences
}

#[tokio::test]
async fn every_selector_starts_where_it_says() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    for number in 0..4 {
        send(&producer, To::Any, numbered(number..number + 1)).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let events = receive_all(&server.endpoint(), "raw", "0", 4).await;
    let offset = &events[1].offset;
    let time = events[2].enqueued_time.unix_timestamp_nanos() / 1_000_000;
    let cases: [(String, &[i64]); 11] = [
        ("amqp.annotation.x-opt-offset > '-1'".into(), &[0, 1, 2, 3]),
        ("amqp.annotation.x-opt-offset > '@latest'".into(), &[]),
        (format!("amqp.annotation.x-opt-offset > '{offset}'"), &[2, 3]),
        (format!("amqp.annotation.x-opt-offset >= '{offset}'"), &[1, 2, 3]),
        ("amqp.annotation.x-opt-sequence-number > '2'".into(), &[3]),
        ("amqp.annotation.x-opt-sequence-number >= '2'".into(), &[2, 3]),
        ("amqp.annotation.x-opt-sequence-number > '-1'".into(), &[0, 1, 2, 3]),
        ("amqp.annotation.x-opt-sequence-number > '99'".into(), &[]),
        (format!("amqp.annotation.x-opt-enqueued-time > '{time}'"), &[3]),
        (format!("amqp.annotation.x-opt-enqueued-time >= '{time}'"), &[2, 3]),
        ("amqp.annotation.x-opt-enqueued-time > '0'".into(), &[0, 1, 2, 3]),
    ];
    for (selector, expected) in cases {
        let mut receiver = raw_receiver(&server, PARTITION, &selector, None).await.unwrap();
        assert_eq!(sequences(&mut receiver).await, expected, "{selector}");
    }
}

#[tokio::test]
async fn latest_means_after_the_link_is_attached() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    send(&producer, To::Any, numbered(0..3)).await;
    let mut receiver =
        raw_receiver(&server, PARTITION, "amqp.annotation.x-opt-offset > '@latest'", None).await.unwrap();
    send(&producer, To::Any, numbered(3..5)).await;
    assert_eq!(sequences(&mut receiver).await, [3, 4]);
}

#[tokio::test]
async fn credit_is_never_exceeded() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    let mut receiver =
        raw_receiver(&server, PARTITION, "amqp.annotation.x-opt-offset > '-1'", None).await.unwrap();
    receiver.link.set_credit(3).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    send(&producer, To::Any, numbered(0..10)).await;
    assert_eq!(sequences(&mut receiver).await, [0, 1, 2]);
    receiver.link.set_credit(4).await.unwrap();
    assert_eq!(sequences(&mut receiver).await, [3, 4, 5, 6]);
}

/// The condition with which a receiver was detached after it was attached.
async fn detached(receiver: &mut RawReceiver) -> ErrorCondition {
    let ended = tokio::time::timeout(support::PATIENCE, receiver.link.recv::<Body<Value>>()).await.unwrap();
    match ended.unwrap_err() {
        RecvError::LinkStateError(LinkStateError::RemoteClosedWithError(error)) => error.condition,
        other => panic!("{other:?}"),
    }
}

fn refused(attached: Result<RawReceiver, ReceiverAttachError>) -> ErrorCondition {
    match attached.map(|_| ()).unwrap_err() {
        ReceiverAttachError::RemoteClosedWithError(error) => error.condition,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_higher_owner_level_takes_the_partition_and_a_lower_one_is_refused() {
    let server = TestServer::start(&["raw=1"]).await;
    let all = "amqp.annotation.x-opt-offset > '-1'";
    let stolen = ErrorCondition::LinkError(LinkError::Stolen);
    let mut shared = raw_receiver(&server, PARTITION, all, None).await.unwrap();
    let mut first = raw_receiver(&server, PARTITION, all, Some(1)).await.unwrap();
    assert_eq!(detached(&mut shared).await, stolen);
    let mut second = raw_receiver(&server, PARTITION, all, Some(2)).await.unwrap();
    assert_eq!(detached(&mut first).await, stolen);
    assert_eq!(refused(raw_receiver(&server, PARTITION, all, Some(1)).await), stolen);
    assert_eq!(refused(raw_receiver(&server, PARTITION, all, None).await), stolen);
    let other_group = "raw/ConsumerGroups/other/Partitions/0";
    raw_receiver(&server, other_group, all, Some(0)).await.unwrap();
    let producer = producer(&server.endpoint(), "raw").await;
    send(&producer, To::Any, numbered(0..2)).await;
    assert_eq!(sequences(&mut second).await, [0, 1]);
}

#[tokio::test]
async fn a_receiver_with_a_level_gives_the_partition_back_when_it_closes() {
    let server = TestServer::start(&["raw=1"]).await;
    let all = "amqp.annotation.x-opt-offset > '-1'";
    let receiver = raw_receiver(&server, PARTITION, all, Some(7)).await.unwrap();
    receiver.link.close().await.unwrap();
    raw_receiver(&server, PARTITION, all, None).await.unwrap();
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_what_cannot_be_read_is_refused() {
    let server = TestServer::start(&["raw=1"]).await;
    let all = "amqp.annotation.x-opt-offset > '-1'";
    let not_found = ErrorCondition::AmqpError(AmqpError::NotFound);
    for address in
        ["other/ConsumerGroups/$Default/Partitions/0", "raw/ConsumerGroups/$Default/Partitions/1", "raw"]
    {
        assert_eq!(refused(raw_receiver(&server, address, all, None).await), not_found, "{address}");
    }
    let invalid = refused(raw_receiver(&server, PARTITION, "x-opt-offset = '1'", None).await);
    assert_eq!(invalid, ErrorCondition::AmqpError(AmqpError::InvalidField));
    let missing = PartitionConsumer::open(&server.endpoint(), "other", "$Default", "0", None).await;
    let text = format!("{:#}", missing.map(|_| ()).unwrap_err());
    assert!(text.contains("could not be found"), "{text}");
}
