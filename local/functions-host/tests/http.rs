//! HTTP triggers, end to end with a host process and a scripted handler.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod common;

use common::TestApp;
use serde_json::{Value, json};
use std::time::Duration;

fn app() -> TestApp {
    TestApp::new().http("api", "{*path}")
}

#[tokio::test]
async fn requests_are_proxied_with_their_full_path_and_headers() {
    let app = app();
    let host = app.start(&[]).await;
    let answer = reqwest::Client::new()
        .put(format!("{}/api/v1/a%2Fb/x?q=1&q=%20", host.url))
        .header("x-custom", "kept")
        .header("x-ms-client-principal", "forged")
        .header("x-ms-client-principal-name", "forged")
        .body("hello")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers()["x-double"], "yes");
    let seen: Value = answer.json().await.unwrap();
    assert_eq!((&seen["method"], &seen["target"]), (&json!("PUT"), &json!("/api/v1/a%2Fb/x?q=1&q=%20")));
    assert_eq!(seen["body"], "hello");
    let headers = &seen["headers"];
    assert_eq!(headers["x-custom"], "kept");
    assert_eq!(headers["content-length"], "5");
    assert_eq!(headers["x-forwarded-host"], host.url.trim_start_matches("http://"));
    assert_eq!(headers["x-azure-functions-hostversion"], "4.24.4.4");
    assert_eq!(headers["x-ms-invocation-id"], headers["x-azure-functions-invocationid"]);
    assert_eq!(headers.get("x-ms-client-principal"), None);
    assert_eq!(headers.get("x-ms-client-principal-name"), None);
    let status = host.status_when("it ends", |status| status["functions"][0]["running"] == 0).await;
    assert_eq!(
        (&status["functions"][0]["invocations"], &status["functions"][0]["failures"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn a_signed_in_user_can_be_injected() {
    let app = app();
    let principal =
        r#"FOREBAY_LOCAL_CLIENT_PRINCIPAL={"auth_typ":"aad","claims":[{"typ":"name","val":"Test User"}]}"#;
    let host = app.start(&["--env", principal]).await;
    let seen: Value = reqwest::get(format!("{}/api/me", host.url)).await.unwrap().json().await.unwrap();
    assert_eq!(seen["headers"]["x-ms-client-principal-name"], "Test User");
}

#[tokio::test]
async fn answers_stream_chunk_by_chunk() {
    let app = app();
    let host = app.start(&[]).await;
    let mut answer = reqwest::get(format!("{}/api/stream", host.url)).await.unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "one\n");
    let waiting = tokio::time::timeout(Duration::from_millis(200), answer.chunk()).await;
    assert!(waiting.is_err(), "the second chunk was not released yet");
    std::fs::write(app.path("double/release"), "").unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "two\n");
    assert_eq!(answer.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn large_bodies_pass_both_ways() {
    let app = app();
    let host = app.start(&[]).await;
    let body = vec![b'x'; 5_000_000];
    let request = reqwest::Client::new().post(format!("{}/api/echo", host.url));
    let answer = request.body(body.clone()).send().await.unwrap().bytes().await.unwrap();
    assert!(answer == body);
}

#[tokio::test]
async fn unknown_routes_and_methods_are_not_found() {
    let app = TestApp::new().write(
        "app/api/function.json",
        &json!({"bindings": [
            {"type": "httpTrigger", "direction": "in", "name": "req", "route": "v1/{id:int}", "methods": ["get"]},
            {"type": "http", "direction": "out", "name": "res"},
        ]}),
    );
    let host = app.start(&[]).await;
    let client = reqwest::Client::new();
    for (request, status) in [
        (client.get(format!("{}/api/v1/7", host.url)), 418),
        (client.get(format!("{}/api/v1/x", host.url)), 404),
        (client.post(format!("{}/api/v1/7", host.url)), 404),
        (client.get(format!("{}/v1/7", host.url)), 404),
        (client.get(format!("{}/", host.url)), 200),
    ] {
        assert_eq!(request.send().await.unwrap().status(), status);
    }
    let answer = client.get(format!("{}/nowhere", host.url)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn while_the_handler_starts_requests_wait_and_then_are_asked_to_come_again() {
    let app = app().write("double/start.json", &json!({"delayMs": 3000}));
    let host = app.start(&[]).await;
    let answer = reqwest::get(format!("{}/api/x", host.url)).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(host.status().await["state"], "Starting");
    let answer = reqwest::get(format!("{}/api/x", host.url)).await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(host.status().await["state"], "Running");
}

#[tokio::test]
async fn a_body_that_stops_is_not_passed_on_as_whole() {
    let app = app();
    let host = app.start(&["--http-limit", "300ms"]).await;
    host.running().await;
    let answer = reqwest::get(format!("{}/api/stream", host.url)).await.unwrap();
    let whole = answer.bytes().await;
    assert!(whole.is_err(), "a body that stops must not look whole");
}

#[tokio::test]
async fn a_function_that_does_not_answer_in_time_is_given_up() {
    let app = TestApp::new()
        .host_json(&json!({"functionTimeout": "00:00:01", "extensions": {"http": {"routePrefix": ""}}}));
    let app = app.http("slow", "slow").script("slow", &json!([{"delayMs": 60_000}]));
    let host = app.start(&["--http-limit", "300ms"]).await;
    host.running().await;
    let url = format!("{}/slow", host.url);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 504);
    let status = host.status().await;
    assert_eq!(
        (&status["functions"][0]["failures"], &status["processes"][0]["restarts"]),
        (&json!(1), &json!(0))
    );
    drop(host);
    let app = app.script("slow", &json!([{}, {"delayMs": 60_000}]));
    let host = app.start(&[]).await;
    host.running().await;
    assert_eq!(reqwest::get(format!("{}/slow", host.url)).await.unwrap().status(), 504);
    host.status_when("its process is restarted", |status| status["processes"][0]["restarts"] == 1).await;
}

#[tokio::test]
async fn a_handler_that_dies_under_a_request_makes_a_bad_gateway() {
    let app = TestApp::new().host_json(&json!({"extensions": {"http": {"routePrefix": ""}}}));
    let app = app.http("die", "die").script("die", &json!([{"exit": 9}]));
    let host = app.start(&[]).await;
    let answer = reqwest::get(format!("{}/die", host.url)).await.unwrap();
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    // Until the host has seen its process end, a request still meets the dead one.
    host.status_when("its process is restarted", |status| status["processes"][0]["restarts"] == 1).await;
    assert_eq!(reqwest::get(format!("{}/die", host.url)).await.unwrap().status(), 200);
}
