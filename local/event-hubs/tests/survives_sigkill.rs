//! The real binary: asked by clients that come and go, killed at random moments, and stopped in order.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "support/process.rs"]
mod process;
mod support;

use std::{process::Command, time::Duration};

use azure_messaging_eventhubs::EventDataBatchOptions;
use process::Process;
use support::{event, producer, receive_all};

/// Sends batches of ten until the server dies, and returns the next batch that is not known to be accepted.
async fn publish_until_it_ends(endpoint: &str, mut next: usize) -> usize {
    let producer = producer(endpoint, "raw").await;
    loop {
        let options = EventDataBatchOptions { partition_id: Some("0".to_owned()), ..Default::default() };
        let sending = async {
            let batch = producer.create_batch(Some(options)).await.ok()?;
            for number in 0..10 {
                batch.try_add_event_data(event(format!("{next} {number}")), None).ok()?;
            }
            producer.send_batch(batch, None).await.ok()
        };
        // The client retries for a long time by itself when its server is gone.
        match tokio::time::timeout(Duration::from_millis(500), sending).await {
            Ok(Some(())) => next += 1,
            _ => return next,
        }
    }
}

/// A publisher that is not told the outcome sends again under a new name, so that every batch here was sent once: an
/// accepted one must be there exactly once, and the one that was in the air when the server died at most once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_accepted_event_is_there_once_after_many_kills() {
    let directory = tempfile::tempdir().unwrap();
    let (data, port_file) = (directory.path().join("data"), directory.path().join("port"));
    let mut accepted = Vec::new();
    let mut next = 0;
    for round in 0..8_u64 {
        let mut server = Process::start(&data, &port_file);
        let endpoint = server.endpoint.clone();
        let publisher = tokio::spawn(async move { publish_until_it_ends(&endpoint, next).await });
        tokio::time::sleep(Duration::from_millis(120 + round * 37 % 90)).await;
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let stopped_at = publisher.await.unwrap();
        accepted.extend(next..stopped_at);
        next = stopped_at + 1;
    }
    assert!(accepted.len() > 8, "only {} batches were accepted", accepted.len());
    let server = Process::start(&data, &port_file);
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    let known = server.count().await;
    for body in support::bodies(&receive_all(&server.endpoint, "raw", "0", known).await) {
        *found.entry(body).or_default() += 1;
    }
    assert!(found.values().all(|times| *times == 1), "an event is there twice");
    for batch in accepted {
        for number in 0..10 {
            assert!(
                found.contains_key(&format!("{batch} {number}")),
                "batch {batch} was accepted and is lost"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_sends_and_keeps_what_was_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let (data, port_file) = (directory.path().join("data"), directory.path().join("port"));
    let server = Process::start_on_small_disk(&data, &port_file, 100);
    let accepted = publish_until_it_ends(&server.endpoint, 0).await;
    assert!(accepted > 10, "only {accepted} batches were accepted");
    let before = support::bodies(&receive_all(&server.endpoint, "raw", "0", accepted * 10).await);
    drop(server);
    let server = Process::start(&data, &port_file);
    assert_eq!(server.count().await, accepted * 10);
    support::send(&producer(&server.endpoint, "raw").await, support::To::Any, [event("after")]).await;
    let mut after = support::bodies(&receive_all(&server.endpoint, "raw", "0", accepted * 10 + 1).await);
    assert_eq!(after.pop().as_deref(), Some("after"));
    assert_eq!(after, before);
}

/// Each has a connection of its own, shows its token on a link that it drops, and then asks on another: see
/// `amqp::later` for what this client makes of an answer that comes at once. One in twenty fell to that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_have_just_come_are_all_answered() {
    let directory = tempfile::tempdir().unwrap();
    let server = Process::start(&directory.path().join("data"), &directory.path().join("port"));
    for _ in 0..100 {
        assert_eq!(server.count().await, 0);
    }
}

#[test]
fn it_stops_with_status_zero_when_it_is_told_to() {
    let directory = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM"] {
        let mut server = Process::start(&directory.path().join("data"), &directory.path().join("port"));
        let told = Command::new("kill").args([signal, &server.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn mistakes_are_told_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_forebay-event-hubs"))
            .arg("--data")
            .arg(directory.path())
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run(&["--listen", "0.0.0.0:0", "--hub", "raw=1"]).contains("loopback"));
    assert!(run(&["--hub", "raw=0"]).contains("choose 1 to 1024"));
    assert!(run(&["--hub", "raw=1", "--consumer-group", "other/g"]).contains("add --hub other="));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(run(&["--hub", "raw=1", "--listen", &address]).contains(&format!("listening on {address}")));
}
