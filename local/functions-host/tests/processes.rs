//! Handler processes: starting, failing, timing out and stopping.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::{TestApp, bodies, eventually, is_alive, kill};
use serde_json::{Value, json};

const YEARLY: &str = "0 0 0 1 1 *";

fn pid_of(status: &Value, group: &str) -> u64 {
    let processes = status["processes"].as_array().unwrap();
    let found = processes.iter().find(|process| process["group"] == group).unwrap();
    found["pid"].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn every_function_group_has_a_process_of_its_own() {
    let app = TestApp::new()
        .http("api", "{*path}")
        .http("page", "page")
        .timer("extract", YEARLY)
        .event_hub("transform", None);
    let host = app.start(&[]).await;
    let status = host.running().await;
    let groups: Vec<_> =
        status["processes"].as_array().unwrap().iter().map(|process| process["group"].clone()).collect();
    assert_eq!(groups, ["http", "extract", "transform"]);
    assert_eq!(status["processes"][0]["functions"], json!(["api", "page"]));
    assert_ne!(pid_of(&status, "http"), pid_of(&status, "extract"));
    assert!(status["processes"][0]["peakRssKib"].as_u64() >= status["processes"][0]["rssKib"].as_u64());
    assert!(status["processes"][0]["rssKib"].as_u64() > Some(0));
    drop(host);
    let host = app.start(&["--single-process"]).await;
    let status = host.running().await;
    assert_eq!(status["processes"].as_array().unwrap().len(), 1);
    assert_eq!(status["processes"][0]["functions"], json!(["api", "extract", "page", "transform"]));
}

#[tokio::test]
async fn settings_reach_the_handler_and_its_console_reaches_the_log() {
    let app = TestApp::new()
        .timer("extract", YEARLY)
        .write("local.settings.json", &json!({"IsEncrypted": false, "Values": {"FROM_SETTINGS": "yes"}}));
    let path = app.path("local.settings.json").display().to_string();
    let host = app.start(&["--settings", &path]).await;
    host.running().await;
    let log = eventually("the console is logged", || {
        let log = app.log();
        log.contains("stderr means trouble").then_some(log)
    })
    .await;
    let level = |part: &str| {
        let line = log.lines().find(|line| line.contains(part)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(level("[extract] the double listens with setting Some(\"yes\")"), "INFO");
    assert_eq!(level("[extract] Warning: this is a double"), "WARN");
    assert_eq!(level("[extract] stderr means trouble"), "ERROR");
}

#[tokio::test]
async fn a_killed_handler_is_started_again_and_the_batch_is_retried() {
    let retry = json!({"strategy": "fixedDelay", "maxRetryCount": 5, "delayInterval": "00:00:00.1"});
    let app =
        TestApp::new().event_hub("transform", Some(retry)).script("transform", &json!([{"delayMs": 60_000}]));
    app.publish("0", &["a"]);
    let host = app.start(&[]).await;
    let calls = app.calls_when("transform", 1).await;
    kill(u32::try_from(calls[0]["pid"].as_u64().unwrap()).unwrap(), "KILL");
    let calls = app.calls_when("transform", 2).await;
    assert_ne!(calls[0]["pid"], calls[1]["pid"]);
    assert_eq!(bodies(&calls[1]), ["a"]);
    app.checkpoint_when("transform", "0", 0).await;
    let status = host.status().await;
    assert_eq!(status["processes"][0]["restarts"], 1);
    assert!(status["processes"][0]["peakRssKib"].as_u64() > Some(0));
}

#[tokio::test]
async fn a_function_that_exceeds_its_timeout_is_killed_with_its_process() {
    let app = TestApp::new()
        .host_json(&json!({"functionTimeout": "00:00:01"}))
        .timer("extract", YEARLY)
        .script("extract", &json!([{"delayMs": 60_000}]));
    let host = app.start(&[]).await;
    host.fire("extract").await;
    let calls = app.calls_when("extract", 1).await;
    let status = host.status_when("it fails", |status| status["functions"][0]["failures"] == 1).await;
    assert!(status["functions"][0]["lastError"].as_str().unwrap().contains("functionTimeout"));
    eventually("the process dies", || (!is_alive(calls[0]["pid"].as_u64().unwrap())).then_some(())).await;
    host.fire("extract").await;
    let calls = app.calls_when("extract", 2).await;
    assert_ne!(calls[0]["pid"], calls[1]["pid"]);
}

#[tokio::test]
async fn an_empty_or_null_answer_is_a_contract_error_and_fails_after_the_hang_timeout() {
    let app = TestApp::new()
        .timer("extract", YEARLY)
        .script("extract", &json!([{"body": ""}, {"body": "null"}, {"body": "{\"Outputs\":{\"x\":\"y\"}}"}]));
    let host = app.start(&["--hang-timeout", "100ms"]).await;
    for failures in 1..=2 {
        host.fire("extract").await;
        host.status_when("it fails", |status| status["functions"][0]["failures"] == failures).await;
    }
    host.fire("extract").await;
    let three = |status: &Value| status["contractErrors"].as_array().unwrap().len() == 3;
    let status = host.status_when("all are noticed", three).await;
    assert_eq!(status["functions"][0]["failures"], 2);
    assert!(status["contractErrors"][0]["problem"].as_str().unwrap().contains("body is empty"));
}

#[tokio::test]
async fn too_many_crashes_stop_the_host_with_an_error() {
    let app = TestApp::new().timer("extract", YEARLY).write("double/start.json", &json!({"exit": 3}));
    let mut host = app.start(&[]).await;
    assert!(!host.ended().await.success());
    let words = host.last_words();
    assert!(
        words.contains("exceeded the handler's restart count: group 'extract' crashed 3 times"),
        "{words}"
    );
}

#[tokio::test]
async fn exit_codes_0_and_200_are_restarts_and_not_crashes() {
    let exits = json!([{"exit": 0}, {"exit": 200}, {"exit": 0}, {"exit": 200}]);
    let app = TestApp::new().timer("extract", YEARLY).script("extract", &exits);
    let host = app.start(&[]).await;
    for failures in 1..=4 {
        host.fire("extract").await;
        host.status_when("it fails", |status| status["functions"][0]["failures"] == failures).await;
    }
    host.status_when("it is restarted", |status| status["processes"][0]["restarts"] == 4).await;
}

#[tokio::test]
async fn a_handler_that_never_answers_is_restarted_after_the_initialization_timeout() {
    let custom = json!({
        "description": {"defaultExecutablePath": "handler"}, "initializationTimeout": "00:00:00.3",
        "enableProxyingHttpRequest": true,
    });
    let app = TestApp::new()
        .host_json(&json!({"customHandler": custom}))
        .timer("extract", YEARLY)
        .write("double/start.json", &json!({"delayMs": 60_000}));
    let mut host = app.start(&["--max-crashes", "2"]).await;
    assert!(!host.ended().await.success());
    assert!(host.last_words().contains("did not answer"));
}

#[tokio::test]
async fn a_stop_lets_the_run_under_way_finish_and_then_ends_the_handlers() {
    let app = TestApp::new().timer("extract", YEARLY).script("extract", &json!([{"delayMs": 800}]));
    let mut host = app.start(&[]).await;
    host.fire("extract").await;
    let calls = app.calls_when("extract", 1).await;
    host.signal("TERM");
    assert!(host.ended().await.success());
    assert_eq!(app.ends("extract").len(), 1, "the run was cut");
    assert!(!is_alive(calls[0]["pid"].as_u64().unwrap()));
}

#[tokio::test]
async fn a_stop_does_not_wait_longer_than_the_drain() {
    let app = TestApp::new().timer("extract", YEARLY).script("extract", &json!([{"delayMs": 60_000}]));
    let mut host = app.start(&["--drain", "200ms"]).await;
    host.fire("extract").await;
    let calls = app.calls_when("extract", 1).await;
    host.signal("INT");
    assert!(host.ended().await.success());
    assert_eq!(app.ends("extract").len(), 0);
    assert!(!is_alive(calls[0]["pid"].as_u64().unwrap()));
}

#[tokio::test]
async fn an_app_that_is_not_valid_is_refused_with_all_its_problems() {
    let app = TestApp::new().timer("extract", "sometimes").timer("host", YEARLY).event_hub("1st", None);
    let output = app.command(&[]).output().unwrap();
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    for part in [
        "extract: 'sometimes' is not an NCRONTAB",
        "host: is a reserved",
        "1st: is not a valid function name",
    ] {
        assert!(words.contains(part), "{words}");
    }
}

#[tokio::test]
async fn misuse_is_refused_with_what_to_do() {
    let app = TestApp::new().timer("extract", YEARLY);
    let host = app.start(&[]).await;
    host.running().await;
    let second = app.command(&[]).output().unwrap();
    assert!(String::from_utf8(second.stderr).unwrap().contains("another host uses the state directory"));
    drop(host);
    for (arguments, part) in [
        (vec!["--event-hubs", "http://x"], "not an Event Hubs endpoint"),
        (vec!["--env", "X"], "KEY=VALUE"),
        (vec!["--hang-timeout", "soon"], "not a duration"),
    ] {
        let output = app.command(&[]).args(&arguments).output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && words.contains(part), "{arguments:?}: {words}");
    }
    std::fs::remove_file(app.path("app/handler")).unwrap();
    let output = app.command(&[]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("neither in the script root nor on PATH"));
}
