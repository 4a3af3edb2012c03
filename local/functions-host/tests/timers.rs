//! Timer triggers, end to end with a host process and a scripted handler.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::TestApp;
use serde_json::{Value, json};

const YEARLY: &str = "0 0 0 1 1 *";

fn info(call: &Value) -> &Value {
    &call["body"]["Data"]["timer"]
}

#[tokio::test]
async fn a_timer_fires_by_hand_without_overlapping_and_remembers_one_more_run() {
    let app = TestApp::new().timer("extract", YEARLY).script("extract", &json!([{"delayMs": 700}]));
    let host = app.start(&[]).await;
    assert_eq!(host.fire("Extract").await, 202);
    app.calls_when("extract", 1).await;
    for _ in 0..5 {
        assert_eq!(host.fire("extract").await, 202);
    }
    app.calls_when("extract", 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let calls = app.calls("extract");
    assert_eq!(calls.len(), 2);
    assert!(app.ends("extract")[0].as_u64() <= calls[1]["began"].as_u64(), "the runs overlap");
    assert_eq!(info(&calls[0])["IsPastDue"], false);
    assert_eq!(info(&calls[0])["ScheduleStatus"]["Last"], "0001-01-01T00:00:00+00:00");
    assert_eq!(host.fire("unknown").await, 404);
    let bare =
        reqwest::Client::new().post(format!("{}/admin/functions/extract", host.url)).send().await.unwrap();
    assert_eq!(bare.status(), 400);
}

#[tokio::test]
async fn a_missed_run_comes_once_as_past_due() {
    let app = TestApp::new().timer("extract", YEARLY).write(
        "state/timers/extract.json",
        &json!({
            "Last": "2020-01-01T00:00:00+00:00", "Next": "2021-01-01T00:00:00+00:00",
            "LastUpdated": "2020-01-01T00:00:00+00:00",
        }),
    );
    let mut host = app.start(&[]).await;
    let calls = app.calls_when("extract", 1).await;
    assert_eq!(info(&calls[0])["IsPastDue"], true);
    assert_eq!(info(&calls[0])["ScheduleStatus"]["Next"], "2021-01-01T00:00:00+00:00");
    host.status_when("the run ends", |status| status["functions"][0]["running"] == 0).await;
    host.signal("TERM");
    assert!(host.ended().await.success());
    let _host = app.start(&[]).await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(app.calls("extract").len(), 1);
}

#[tokio::test]
async fn a_run_that_was_cut_by_a_kill_comes_again() {
    let app = TestApp::new().timer("extract", YEARLY).script("extract", &json!([{"delayMs": 60_000}])).write(
        "state/timers/extract.json",
        &json!({
            "Last": "2020-01-01T00:00:00+00:00", "Next": "2021-01-01T00:00:00+00:00",
            "LastUpdated": "2020-01-01T00:00:00+00:00",
        }),
    );
    let mut host = app.start(&[]).await;
    app.calls_when("extract", 1).await;
    host.kill();
    let _host = app.start(&[]).await;
    let calls = app.calls_when("extract", 2).await;
    assert_eq!(info(&calls[1])["IsPastDue"], true);
}

#[tokio::test]
async fn a_schedule_fires_on_time_and_a_frequent_one_keeps_no_status() {
    let app = TestApp::new().timer("tick", "* * * * * *");
    let _host = app.start(&[]).await;
    let calls = app.calls_when("tick", 2).await;
    assert_eq!(info(&calls[0])["ScheduleStatus"], Value::Null);
    let second = |call: &Value| call["body"]["Metadata"]["sys"]["UtcNow"].as_str().unwrap()[..19].to_owned();
    assert_ne!(second(&calls[0]), second(&calls[1]));
    assert!(!app.path("state/timers/tick.json").exists());
}

#[tokio::test]
async fn a_timer_runs_on_startup_when_it_says_so_and_retries_when_it_fails() {
    let binding = json!({
        "type": "timerTrigger", "direction": "in", "name": "timer", "schedule": YEARLY, "runOnStartup": true,
    });
    let retry = json!({
        "strategy": "exponentialBackoff", "maxRetryCount": 1,
        "minimumInterval": "00:00:00.05", "maximumInterval": "00:00:01",
    });
    let app = TestApp::new()
        .write("app/extract/function.json", &json!({"bindings": [binding], "retry": retry}))
        .script("extract", &json!([{"status": 503}]));
    let _host = app.start(&[]).await;
    let calls = app.calls_when("extract", 2).await;
    assert_eq!(info(&calls[0])["IsPastDue"], false);
    assert_eq!(calls[1]["body"]["Metadata"]["RetryContext"]["RetryCount"], 1);
}

#[tokio::test]
async fn a_disabled_timer_fires_by_hand_only() {
    let app = TestApp::new().timer("tick", "* * * * * *");
    let host = app.start(&["--env", "AzureWebJobs.tick.Disabled=true"]).await;
    tokio::time::sleep(std::time::Duration::from_millis(1300)).await;
    assert_eq!(app.calls("tick").len(), 0);
    assert_eq!(host.fire("tick").await, 202);
    app.calls_when("tick", 1).await;
}
