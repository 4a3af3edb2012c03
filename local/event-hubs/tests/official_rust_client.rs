//! The official Rust client publishes; our consumer reads.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

use std::time::Duration;

use forebay_event_hubs::consumer::{PartitionConsumer, partition_ids};
use support::{TestServer, To, bodies, event, numbered, producer, receive, receive_all, send};

#[tokio::test]
async fn events_arrive_in_order_with_growing_numbers_and_offsets() {
    let server = TestServer::start(&["raw=2"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    for start in (0..30).step_by(10) {
        send(&producer, To::Partition("1"), numbered(start..start + 10)).await;
    }
    let events = receive_all(&server.endpoint(), "raw", "1", 30).await;
    let expected: Vec<String> = (0..30).map(|number| format!("event {number}")).collect();
    assert_eq!(bodies(&events), expected);
    assert!(events.iter().map(|event| event.sequence_number).eq(0..30));
    let offsets: Vec<u64> = events.iter().map(|event| event.offset.parse().unwrap()).collect();
    assert!(offsets.is_sorted_by(|left, right| left < right));
    assert!(events.is_sorted_by_key(|event| event.enqueued_time));
    let age = time::OffsetDateTime::now_utc() - events[0].enqueued_time;
    assert!(age < time::Duration::minutes(1) && !age.is_negative(), "{age}");
    assert!(receive_all(&server.endpoint(), "raw", "0", 0).await.is_empty());
}

#[tokio::test]
async fn a_key_always_leads_to_the_same_partition_and_arrives_with_the_event() {
    let server = TestServer::start(&["raw=4"]).await;
    let endpoint = server.endpoint();
    let producer = producer(&endpoint, "raw").await;
    for round in 0..3 {
        for key in ["tenant-1", "tenant-2", "tenant-3"] {
            send(&producer, To::Key(key), [event(format!("{key} {round}"))]).await;
        }
    }
    let mut places = std::collections::HashMap::new();
    let mut seen = 0;
    for partition in partition_ids(&endpoint, "raw").await.unwrap() {
        let mut consumer = PartitionConsumer::open(&endpoint, "raw", "g", &partition, None).await.unwrap();
        for event in consumer.receive_batch(100, Duration::from_millis(300)).await.unwrap() {
            let key = event.partition_key.unwrap();
            assert_eq!(places.entry(key).or_insert_with(|| partition.clone()), &partition);
            seen += 1;
        }
    }
    assert_eq!((seen, places.len()), (9, 3));
}

#[tokio::test]
async fn events_without_a_key_go_to_every_partition() {
    let server = TestServer::start(&["raw=4"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    for number in 0..8 {
        send(&producer, To::Any, numbered(number..number + 1)).await;
    }
    for partition in ["0", "1", "2", "3"] {
        receive_all(&server.endpoint(), "raw", partition, 2).await;
    }
}

#[tokio::test]
async fn application_properties_arrive_as_json() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    let event = azure_messaging_eventhubs::models::EventData::builder()
        .with_body(b"{}".to_vec())
        .add_property("tenant".to_owned(), "t1")
        .add_property("count".to_owned(), 7_i64)
        .build();
    send(&producer, To::Any, [event]).await;
    let events = receive_all(&server.endpoint(), "raw", "0", 1).await;
    let properties = serde_json::Value::Object(events[0].properties.clone());
    assert_eq!(properties, serde_json::json!({ "tenant": "t1", "count": 7 }));
}

#[tokio::test]
async fn batches_of_500_keep_their_order() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    for start in (0..5_000).step_by(500) {
        send(&producer, To::Partition("0"), numbered(start..start + 500)).await;
    }
    let events = receive_all(&server.endpoint(), "raw", "0", 5_000).await;
    assert!(bodies(&events).iter().enumerate().all(|(number, body)| *body == format!("event {number}")));
}

/// One by one, because the client counts a batch's first event twice and so batches half of the limit at most.
#[tokio::test]
async fn an_event_of_a_million_bytes_arrives_whole() {
    let server = TestServer::start(&["raw=1"]).await;
    let producer = producer(&server.endpoint(), "raw").await;
    let body: Vec<u8> = (0..1_000_000_u32).map(|index| (index % 251) as u8).collect();
    producer.send_event(event(body.clone()), None).await.unwrap();
    send(&producer, To::Any, [event(&body[..500_000]), event(b"small".to_vec())]).await;
    let events = receive_all(&server.endpoint(), "raw", "0", 3).await;
    assert!(events[0].body == body && events[1].body == body[..500_000] && events[2].body == b"small");
}

#[tokio::test]
async fn a_send_above_the_limit_is_refused_and_the_next_one_works() {
    let server = TestServer::start(&["raw=1"]).await;
    let endpoint = server.endpoint();
    let first = producer(&endpoint, "raw").await;
    let large = first.send_event(event(vec![7; 1 << 20]), None);
    assert!(!matches!(tokio::time::timeout(Duration::from_secs(2), large).await, Ok(Ok(()))));
    send(&producer(&endpoint, "raw").await, To::Any, numbered(0..1)).await;
    assert_eq!(bodies(&receive_all(&endpoint, "raw", "0", 1).await), ["event 0"]);
}

#[tokio::test]
async fn a_consumer_continues_after_its_checkpoint_and_sees_what_comes_later() {
    let server = TestServer::start(&["raw=1"]).await;
    let endpoint = server.endpoint();
    let producer = producer(&endpoint, "raw").await;
    send(&producer, To::Any, numbered(0..10)).await;
    let mut consumer = PartitionConsumer::open(&endpoint, "raw", "$Default", "0", Some(6)).await.unwrap();
    assert_eq!(bodies(&receive(&mut consumer, 3).await), ["event 7", "event 8", "event 9"]);
    assert_eq!(consumer.receive_batch(10, Duration::from_millis(50)).await.unwrap(), []);
    send(&producer, To::Any, numbered(10..12)).await;
    assert_eq!(bodies(&receive(&mut consumer, 2).await), ["event 10", "event 11"]);
}

#[tokio::test]
async fn a_consumer_is_told_when_the_server_is_gone() {
    let server = TestServer::start(&["raw=1"]).await;
    let endpoint = server.endpoint();
    let mut consumer = PartitionConsumer::open(&endpoint, "raw", "$Default", "0", None).await.unwrap();
    server.stop().await;
    assert!(consumer.receive_batch(1, support::PATIENCE).await.is_err());
    assert!(PartitionConsumer::open(&endpoint, "raw", "$Default", "0", None).await.is_err());
}

#[tokio::test]
async fn the_hub_and_its_partitions_can_be_asked_for() {
    let server = TestServer::start(&["raw=3"]).await;
    let endpoint = server.endpoint();
    assert_eq!(partition_ids(&endpoint, "raw").await.unwrap(), ["0", "1", "2"]);
    assert!(partition_ids(&endpoint, "other").await.is_err());
    let producer = producer(&endpoint, "raw").await;
    let hub = producer.get_eventhub_properties().await.unwrap();
    assert_eq!((hub.name.as_str(), hub.partition_ids.len()), ("raw", 3));
    assert!(producer.get_partition_properties("2").await.unwrap().is_empty);
    send(&producer, To::Partition("2"), numbered(0..4)).await;
    let partition = producer.get_partition_properties("2").await.unwrap();
    assert!(!partition.is_empty);
    assert_eq!((partition.beginning_sequence_number, partition.last_enqueued_sequence_number), (0, 3));
    assert!(partition.last_enqueued_time_utc.is_some());
}

#[tokio::test]
async fn many_publishers_at_once_lose_and_repeat_nothing() {
    let server = TestServer::start(&["raw=2"]).await;
    let endpoint = server.endpoint();
    let publishers = (0..6).map(|publisher: usize| {
        let endpoint = endpoint.clone();
        tokio::spawn(async move {
            let producer = producer(&endpoint, "raw").await;
            for batch in 0..20 {
                let events = (0..10).map(|number| event(format!("{publisher} {}", batch * 10 + number)));
                send(&producer, To::Partition(if publisher.is_multiple_of(2) { "0" } else { "1" }), events)
                    .await;
            }
        })
    });
    for publisher in publishers {
        publisher.await.unwrap();
    }
    for (partition, publishers) in [("0", [0, 2, 4]), ("1", [1, 3, 5])] {
        let events = bodies(&receive_all(&endpoint, "raw", partition, 600).await);
        for publisher in publishers {
            let own = events.iter().filter_map(|body| body.strip_prefix(&format!("{publisher} ")));
            assert!(own.map(|number| number.parse::<usize>().unwrap()).eq(0..200), "publisher {publisher}");
        }
    }
}

#[tokio::test]
async fn the_official_rust_consumer_reads_from_the_beginning_and_from_a_sequence_number() {
    use azure_messaging_eventhubs::{ConsumerClient, OpenReceiverOptions, StartLocation, StartPosition};
    use futures::StreamExt as _;

    let server = TestServer::start(&["raw=1"]).await;
    send(&producer(&server.endpoint(), "raw").await, To::Any, numbered(0..10)).await;
    let consumer = ConsumerClient::builder()
        .with_custom_endpoint(server.endpoint())
        .open("localhost", "raw".to_owned(), std::sync::Arc::new(support::AnyToken))
        .await
        .unwrap();
    for (location, first) in [(StartLocation::Earliest, 0), (StartLocation::SequenceNumber(4), 5)] {
        let start_position = Some(StartPosition { location, inclusive: false });
        let options = OpenReceiverOptions { start_position, ..Default::default() };
        let receiver = consumer.open_receiver_on_partition("0".to_owned(), Some(options)).await.unwrap();
        {
            let stream = receiver.stream_events();
            futures::pin_mut!(stream);
            for number in first..10_i64 {
                let event = tokio::time::timeout(support::PATIENCE, stream.next()).await.unwrap();
                let event = event.unwrap().unwrap();
                assert_eq!(event.sequence_number(), Some(number));
                let body = format!("event {number}");
                assert_eq!(event.event_data().body(), Some(body.as_bytes()));
            }
        }
        receiver.close().await.unwrap();
    }
}
