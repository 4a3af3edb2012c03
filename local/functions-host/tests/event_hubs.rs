//! Event Hub triggers, end to end with a host process and a scripted handler.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::{TestApp, bodies, eventually, is_alive};
use serde_json::{Value, json};

fn fixed(count: i64) -> Option<Value> {
    Some(json!({"strategy": "fixedDelay", "maxRetryCount": count, "delayInterval": "00:00:00.02"}))
}

#[tokio::test]
async fn batches_carry_the_hosts_headers_and_metadata() {
    let app = TestApp::new().event_hub("transform", None);
    app.publish("0", &["a", "b", "c", "d"]);
    let _host = app.start(&[]).await;
    let calls = app.calls_when("transform", 2).await;
    assert_eq!([bodies(&calls[0]), bodies(&calls[1])].concat(), ["a", "b", "c", "d"]);
    let headers = &calls[0]["headers"];
    assert_eq!(headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(headers["transfer-encoding"], "chunked");
    assert_eq!(headers["user-agent"], "Azure-Functions-Host/4.24.4.4");
    assert_ne!(
        headers["x-azure-functions-invocationid"],
        calls[1]["headers"]["x-azure-functions-invocationid"]
    );
    let metadata = &calls[0]["body"]["Metadata"];
    assert_eq!(metadata["SequenceNumberArray"], "[0,1,2]");
    assert_eq!(metadata["PartitionContext"]["FullyQualifiedNamespace"], "ns.servicebus.windows.net");
    assert_eq!(metadata["sys"]["MethodName"], "transform");
    assert_eq!(metadata.get("RetryContext"), None);
    app.checkpoint_when("transform", "0", 3).await;
}

#[tokio::test]
async fn a_failing_batch_is_retried_whole_and_then_the_checkpoint_moves_regardless() {
    let app = TestApp::new().event_hub("transform", fixed(2)).script(
        "transform",
        &json!([{"status": 500}, {"status": 200, "contentType": "text/plain"}, {"status": 500}]),
    );
    app.publish("0", &["a", "b"]);
    let host = app.start(&[]).await;
    app.calls_when("transform", 3).await;
    app.checkpoint_when("transform", "0", 1).await;
    app.publish("0", &["c"]);
    let calls = app.calls_when("transform", 4).await;
    for call in &calls[..3] {
        assert_eq!(bodies(call), ["a", "b"]);
    }
    assert_eq!(bodies(&calls[3]), ["c"]);
    let retry = |call: &Value| call["body"]["Metadata"]["RetryContext"].clone();
    assert_eq!(retry(&calls[0]), Value::Null);
    assert_eq!(
        (retry(&calls[1])["RetryCount"].clone(), retry(&calls[1])["MaxRetryCount"].clone()),
        (json!(1), json!(2))
    );
    assert_eq!(retry(&calls[2])["RetryCount"], 2);
    assert_eq!(retry(&calls[3]), Value::Null);
    let status =
        host.status_when("the last call ends", |status| status["functions"][0]["running"] == 0).await;
    assert_eq!(
        (&status["functions"][0]["failures"], &status["functions"][0]["invocations"]),
        (&json!(3), &json!(4))
    );
}

#[tokio::test]
async fn without_end_means_until_it_succeeds() {
    let app = TestApp::new()
        .event_hub("transform", fixed(-1))
        .script("transform", &json!([{"status": 500}, {"status": 500}, {"status": 500}, {"status": 500}]));
    app.publish("0", &["a"]);
    let _host = app.start(&[]).await;
    let calls = app.calls_when("transform", 5).await;
    let last = &calls[4]["body"]["Metadata"]["RetryContext"];
    assert_eq!((&last["RetryCount"], &last["MaxRetryCount"]), (&json!(4), &json!(-1)));
    app.checkpoint_when("transform", "0", 0).await;
}

#[tokio::test]
async fn a_waiting_partition_does_not_hold_up_the_others_and_each_keeps_its_order() {
    let app = TestApp::new().event_hub("transform", None).script("transform", &json!([{"delayMs": 1500}]));
    app.publish("0", &["a0"]);
    let host = app.start(&[]).await;
    app.calls_when("transform", 1).await;
    // The listener asked for partitions at its start, so this one has only been there since then if it existed.
    drop(host);
    let app = TestApp::new().event_hub("transform", None).script("transform", &json!([{"delayMs": 1500}]));
    app.publish("0", &["0-1", "0-2", "0-3", "0-4"]);
    app.publish("1", &[]);
    let _host = app.start(&[]).await;
    app.calls_when("transform", 1).await;
    app.publish("1", &["1-1", "1-2", "1-3", "1-4", "1-5"]);
    app.checkpoint_when("transform", "1", 4).await;
    assert_eq!(app.checkpoint("transform", "0"), None);
    app.checkpoint_when("transform", "0", 3).await;
    let all: Vec<String> = app.calls("transform").iter().flat_map(bodies).collect();
    for partition in ["0", "1"] {
        let of: Vec<_> = all.iter().filter(|body| body.starts_with(partition)).collect();
        assert!(of.is_sorted() && of.len() >= 4, "{all:?}");
    }
}

#[tokio::test]
async fn a_killed_host_takes_its_handlers_along_and_delivers_again_from_the_checkpoint() {
    let app =
        TestApp::new().event_hub("transform", None).script("transform", &json!([{}, {"delayMs": 60_000}]));
    app.publish("0", &["a", "b", "c", "d"]);
    let mut host = app.start(&[]).await;
    let calls = app.calls_when("transform", 2).await;
    let handler = calls[1]["pid"].as_u64().unwrap();
    assert!(is_alive(handler));
    assert_eq!(app.checkpoint("transform", "0"), Some(2));
    host.kill();
    eventually("the handler dies with its host", || (!is_alive(handler)).then_some(())).await;
    assert_eq!(app.checkpoint("transform", "0"), Some(2));
    let _host = app.start(&[]).await;
    let calls = app.calls_when("transform", 3).await;
    assert_eq!(bodies(&calls[1]), ["d"]);
    assert_eq!(bodies(&calls[2]), ["d"]);
    app.checkpoint_when("transform", "0", 3).await;
}

#[tokio::test]
async fn what_was_delivered_is_not_delivered_again() {
    let app = TestApp::new().event_hub("transform", None);
    app.publish("0", &["a"]);
    let mut host = app.start(&[]).await;
    app.checkpoint_when("transform", "0", 0).await;
    host.kill();
    app.publish("0", &["b"]);
    let _host = app.start(&[]).await;
    app.checkpoint_when("transform", "0", 1).await;
    let all: Vec<String> = app.calls("transform").iter().flat_map(bodies).collect();
    assert_eq!(all, ["a", "b"]);
}

#[tokio::test]
async fn a_stop_cuts_a_retry_short_and_leaves_the_checkpoint() {
    let retry = json!({"strategy": "fixedDelay", "maxRetryCount": 3, "delayInterval": "00:10:00"});
    let app =
        TestApp::new().event_hub("transform", Some(retry)).script("transform", &json!([{"status": 500}]));
    app.publish("0", &["a"]);
    let mut host = app.start(&[]).await;
    host.status_when("the first attempt fails", |status| status["functions"][0]["failures"] == 1).await;
    host.signal("TERM");
    assert!(host.ended().await.success());
    assert_eq!(app.checkpoint("transform", "0"), None);
}

#[tokio::test]
async fn retry_delays_can_be_cut_for_tests() {
    let retry = json!({"strategy": "fixedDelay", "maxRetryCount": 1, "delayInterval": "01:00:00"});
    let app =
        TestApp::new().event_hub("transform", Some(retry)).script("transform", &json!([{"status": 500}]));
    app.publish("0", &["a"]);
    let _host = app.start(&["--max-retry-delay", "10ms"]).await;
    app.calls_when("transform", 2).await;
    app.checkpoint_when("transform", "0", 0).await;
}

#[tokio::test]
async fn a_hub_that_appears_late_is_found() {
    let app = TestApp::new().event_hub("transform", None);
    let _host = app.start(&[]).await;
    app.publish("0", &["late"]);
    assert_eq!(bodies(&app.calls_when("transform", 1).await[0]), ["late"]);
}

#[tokio::test]
async fn without_a_data_type_one_bad_body_loses_its_batch_silently() {
    let app = TestApp::new();
    let binding = json!({
        "type": "eventHubTrigger", "direction": "in", "name": "events", "eventHubName": "raw",
        "connection": "EventHubConnection", "cardinality": "many",
    });
    let app = app.write("app/lossy/function.json", &json!({"bindings": [binding]}));
    app.publish("0", &["{\"a\":1}", "not json", "{\"a\":3}", "{\"a\":4}"]);
    let host = app.start(&["--variants", "raw-arrays"]).await;
    let calls = app.calls_when("lossy", 1).await;
    assert_eq!(calls[0]["body"]["Data"]["events"], json!([{"a": 4}]));
    let status = host.status().await;
    assert!(status["functions"][0]["lastError"].as_str().unwrap().contains("sequence number 1 is not JSON"));
}
