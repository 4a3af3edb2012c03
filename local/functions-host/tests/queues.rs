//! Queue triggers, end to end with a host process and a scripted handler: on a folder, and on Azurite where
//! `FOREBAY_TEST_AZURITE` holds a connection string with a `QueueEndpoint`.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]
#![expect(clippy::print_stdout, reason = "a test that did not run says so")]

mod common;

use common::{TestApp, eventually, message};
use forebay_functions_host::app::{MessageEncoding, Settings};
use forebay_functions_host::queues::{Endpoint, QueueSource, StorageQueues, endpoint};
use serde_json::json;
use std::time::{Duration, Instant};

const LEASE: Duration = Duration::from_secs(60);

async fn gone(app: &TestApp, queue: &str) {
    eventually(&format!("{queue} is empty"), || app.messages(queue).is_empty().then_some(())).await;
}

#[tokio::test]
async fn a_message_is_delivered_at_once_and_deleted() {
    let app = TestApp::new().queue("work", "jobs");
    let host = app.start(&[]).await;
    host.running().await;
    // Long idle: the host looks at the queue as seldom as it may.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let sent = Instant::now();
    app.send("jobs", "one", "{\"a\":\"ä\"}");
    let calls = app.calls_when("work", 1).await;
    let took = sent.elapsed();
    println!("a message was delivered after {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(message(&calls[0]), "{\"a\":\"ä\"}");
    let metadata = &calls[0]["body"]["Metadata"];
    assert_eq!((&metadata["DequeueCount"], &metadata["Id"]), (&json!("1"), &json!("\"one\"")));
    assert_eq!(metadata["InsertionTime"], "2023-11-14T22:13:20+00:00");
    assert_eq!(metadata["sys"]["MethodName"], "work");
    gone(&app, "jobs").await;
    assert_eq!(app.calls("work").len(), 1);
}

#[tokio::test]
async fn a_failed_message_comes_again_and_then_succeeds() {
    let app = TestApp::new().queue("work", "jobs").script("work", &json!([{"status": 500}, {"status": 503}]));
    app.send("jobs", "one", "x");
    let host = app.start(&[]).await;
    let calls = app.calls_when("work", 3).await;
    let counts: Vec<_> = calls.iter().map(|call| call["body"]["Metadata"]["DequeueCount"].clone()).collect();
    assert_eq!(counts, ["1", "2", "3"]);
    gone(&app, "jobs").await;
    assert!(app.messages("jobs-poison").is_empty());
    assert_eq!(host.status().await["functions"][0]["failures"], 2);
}

#[tokio::test]
async fn a_message_that_fails_too_often_goes_to_the_poison_queue_and_others_do_not_wait_for_it() {
    let bad = json!({"status": 500});
    let app = TestApp::new().queue("work", "jobs").script("work", &json!([bad, bad, bad]));
    app.send("jobs", "bad", "poison");
    let _host = app.start(&[]).await;
    eventually("the message is set aside", || (app.messages("jobs-poison").len() == 1).then_some(())).await;
    gone(&app, "jobs").await;
    let name = app.messages("jobs-poison").remove(0);
    let body = std::fs::read_to_string(app.path("state/queues/jobs-poison").join(name)).unwrap();
    assert_eq!(body, "poison");
    app.send("jobs", "good", "good");
    assert_eq!(message(&app.calls_when("work", 4).await[3]), "good");
}

#[tokio::test]
async fn a_poison_queues_function_gets_what_was_set_aside() {
    let bad = json!({"status": 500});
    let app = TestApp::new()
        .queue("work", "jobs")
        .queue("keep", "jobs-poison")
        .script("work", &json!([bad, bad, bad]));
    app.send("jobs", "bad", "poison");
    let _host = app.start(&[]).await;
    assert_eq!(message(&app.calls_when("keep", 1).await[0]), "poison");
    gone(&app, "jobs-poison").await;
}

#[tokio::test]
async fn a_failing_poison_function_does_not_loop() {
    let app = TestApp::new().queue("keep", "jobs-poison").script("keep", &json!([{"status": 500}]));
    app.send("jobs-poison", "bad", "poison");
    let host = app.start(&[]).await;
    host.status_when("the call fails", |status| status["functions"][0]["failures"] == 1).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(app.calls("keep").len(), 1);
    assert_eq!(app.messages("jobs-poison").len(), 1);
}

#[tokio::test]
async fn a_handler_that_dies_with_its_message_counts_as_a_failure() {
    let app = TestApp::new().queue("work", "jobs").script("work", &json!([{"exit": 1}]));
    app.send("jobs", "one", "x");
    let _host = app.start(&[]).await;
    let calls = app.calls_when("work", 2).await;
    assert_ne!(calls[0]["pid"], calls[1]["pid"]);
    gone(&app, "jobs").await;
}

#[tokio::test]
async fn a_killed_hosts_message_comes_again_when_its_lease_ends_and_a_working_hosts_does_not() {
    let slow = json!([{"delayMs": 60_000}, {"delayMs": 4_500}]);
    let app = TestApp::new().queue("work", "jobs").script("work", &slow);
    app.send("jobs", "one", "x");
    let lease = ["--queue-lease", "2s"];
    let mut host = app.start(&lease).await;
    app.calls_when("work", 1).await;
    host.kill();
    let _host = app.start(&lease).await;
    let calls = app.calls_when("work", 2).await;
    assert_eq!(calls[1]["body"]["Metadata"]["DequeueCount"], "2");
    gone(&app, "jobs").await;
    assert_eq!(app.calls("work").len(), 2, "it came again although its lease was prolonged");
}

#[tokio::test]
async fn a_stopping_host_leaves_its_message_to_the_next() {
    let app = TestApp::new().queue("work", "jobs").script("work", &json!([{"delayMs": 60_000}]));
    app.send("jobs", "one", "x");
    let mut host = app.start(&["--drain", "100ms"]).await;
    app.calls_when("work", 1).await;
    host.signal("TERM");
    assert!(host.ended().await.success());
    let _host = app.start(&[]).await;
    app.calls_when("work", 2).await;
    gone(&app, "jobs").await;
}

#[tokio::test]
async fn a_batch_is_worked_on_side_by_side() {
    let app = TestApp::new().queue("work", "jobs").script("work", &json!([{"delayMs": 60_000}]));
    for number in 0..5 {
        app.send("jobs", &format!("m{number}"), "x");
    }
    let _host = app.start(&[]).await;
    app.calls_when("work", 5).await;
}

#[tokio::test]
async fn a_connection_that_cannot_be_used_is_refused_with_its_name() {
    let app = TestApp::new().queue("work", "jobs");
    let mut child = app.command(&["--env", "AzureWebJobsStorage=AccountName=a"]).spawn().unwrap();
    assert!(!child.wait().unwrap().success());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(said.contains("AzureWebJobsStorage needs AccountName and AccountKey"), "{said}");
}

fn azurite(test: &str) -> Option<String> {
    let connection =
        std::env::var("FOREBAY_TEST_AZURITE").ok().filter(|text| text.contains("QueueEndpoint="));
    if connection.is_none() {
        println!("skipped: {test} did not run, because FOREBAY_TEST_AZURITE names no QueueEndpoint");
    }
    connection
}

fn storage(connection: &str) -> StorageQueues {
    let settings = Settings::of([("C".to_owned(), connection.to_owned())]);
    let Ok(Endpoint::Storage(url)) = endpoint(&settings, "C", std::path::Path::new("/")) else {
        panic!("no storage account")
    };
    StorageQueues::new(url, MessageEncoding::Base64).unwrap()
}

fn unique(name: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("{name}{}", now.as_nanos())
}

#[tokio::test]
async fn azurites_messages_are_taken_shown_again_and_deleted() {
    let Some(connection) = azurite("azurites_messages_are_taken") else { return };
    let (queues, name) = (storage(&connection), unique("take"));
    assert_eq!(queues.receive(&name, 5, LEASE).await.unwrap(), []);
    queues.send(&name, b"\xff<&>").await.unwrap();
    let first = queues.receive(&name, 5, LEASE).await.unwrap().remove(0);
    assert_eq!((first.body.as_slice(), first.dequeue_count), (b"\xff<&>".as_slice(), 1));
    assert_eq!(first.expires.year(), 9999);
    assert_eq!(queues.receive(&name, 5, LEASE).await.unwrap(), []);
    queues.show_after(&name, &first.id, &first.receipt, Duration::ZERO).await.unwrap();
    let second = queues.receive(&name, 5, LEASE).await.unwrap().remove(0);
    assert_eq!((&second.id, second.dequeue_count), (&first.id, 2));
    let refused = queues.delete(&name, &first.id, &first.receipt).await.unwrap_err();
    assert!(!format!("{refused:#}").contains("sig="), "{refused:#}");
    queues.delete(&name, &second.id, &second.receipt).await.unwrap();
    assert_eq!(queues.receive(&name, 5, LEASE).await.unwrap(), []);
}

#[tokio::test]
async fn azurites_poison_messages_are_set_aside() {
    let Some(connection) = azurite("azurites_poison_messages") else { return };
    let (queues, name) = (storage(&connection), unique("jobs"));
    let bad = json!({"status": 500});
    let app = TestApp::new().queue("work", &name).script("work", &json!([bad, bad, bad]));
    queues.send(&name, b"{\"poison\":true}").await.unwrap();
    let _host = app.start(&["--env", &format!("AzureWebJobsStorage={connection}")]).await;
    let poison = format!("{name}-poison");
    let deadline = Instant::now() + common::PATIENCE;
    let aside = loop {
        let mut found = queues.receive(&poison, 1, LEASE).await.unwrap();
        if let Some(message) = found.pop() {
            break message;
        }
        assert!(Instant::now() < deadline, "nothing was set aside");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(aside.body, b"{\"poison\":true}");
    let calls = app.calls("work");
    assert_eq!((calls.len(), message(&calls[0]).as_str()), (3, "{\"poison\":true}"));
}
