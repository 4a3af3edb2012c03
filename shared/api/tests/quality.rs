//! Rules, lists, anomalies, alerts, silences and channels: written, read again, and refused in words.

mod support;

use axum::http::Method;
use serde_json::{Value, json};
use support::seed::{ACME, MARK};
use support::seed_quality::{ALERT, ANOMALY, CHANNEL, EXCLUSION, LIST, RULE, SILENCE};
use support::{Answer, app, get, write};

fn rule_path() -> String {
    format!("/api/v1/sources/netsuite/streams/{MARK}/rules/{RULE}")
}

fn rule(version: u32, expectation: Value) -> String {
    json!({"version": version, "description": "d", "severity": "critical", "expectation": expectation})
        .to_string()
}

async fn put(app: &axum::Router, path: &str, body: &str) -> Answer {
    write(app, Method::PUT, ACME, path, body).await
}

async fn post(app: &axum::Router, path: &str, body: &str) -> Answer {
    write(app, Method::POST, ACME, path, body).await
}

async fn delete(app: &axum::Router, path: &str) -> Answer {
    write(app, Method::DELETE, ACME, path, "").await
}

#[tokio::test]
async fn a_rule_gets_a_version_with_each_change_and_keeps_its_history() {
    let app = app();
    let written = put(&app, &rule_path(), &rule(1, json!({"kind": "not_null", "column": "name"}))).await.ok();
    assert_eq!((&written["version"], &written["author"]), (&json!(2), &json!("grace@example.com")));
    assert_eq!(written["severity"], "critical");
    let versions = get(&app, ACME, &format!("{}/versions", rule_path())).await.ok();
    let kinds: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|v| &v["expectation"]["kind"]).collect();
    assert_eq!(kinds, [&json!("not_null"), &json!("reference")]);
    let retired = delete(&app, &format!("{}?version=2", rule_path())).await.ok();
    assert_eq!((&retired["version"], &retired["retired"]), (&json!(3), &json!(true)));
    let listed = get(&app, ACME, "/api/v1/rules?source=netsuite").await.ok();
    assert_eq!(listed["items"][0]["retired"], true);
}

#[tokio::test]
async fn of_two_authors_who_read_the_same_version_one_is_told() {
    let app = app();
    let first = json!({"kind": "unique", "columns": ["id"]});
    put(&app, &rule_path(), &rule(1, first)).await.ok();
    let second = put(&app, &rule_path(), &rule(1, json!({"kind": "unique", "columns": ["name"]}))).await;
    assert!(second.problem(409, "conflict").contains("read it and try again"));
}

#[tokio::test]
async fn a_rule_that_cannot_be_checked_is_refused_with_its_field() {
    let app = app();
    let column = put(&app, &rule_path(), &rule(1, json!({"kind": "not_null", "column": "s3cr3t"}))).await;
    assert!(column.problem(400, "invalid-body").contains("expectation.column"));
    for (expectation, words) in [
        (json!({"kind": "s3cr3t"}), "`expectation.kind`"),
        (json!({"kind": "range", "column": 7}), "`expectation"),
        (
            json!({"kind": "foreign_key", "column": "a", "references": "s3cr3t/s3cr3t", "key": "b"}),
            "no stream",
        ),
    ] {
        let detail = put(&app, &rule_path(), &rule(1, expectation)).await.problem(400, "invalid-body");
        assert!(detail.contains(words) && !detail.contains("s3cr3t"), "{detail}");
    }
    let detail = put(&app, &rule_path(), r#"{"version": "s3cr3t"}"#).await.problem(400, "invalid-body");
    assert!(detail.contains("field `version`") && detail.contains("expected u32"), "{detail}");
    assert!(!detail.contains("s3cr3t"), "{detail}");
}

#[tokio::test]
async fn a_rule_too_many_is_refused_with_its_field_the_count_the_limit_and_what_to_do() {
    let app = app();
    let path = |n: u32| format!("/api/v1/sources/netsuite/streams/{MARK}/rules/rule-{n}");
    let unique = || rule(0, json!({"kind": "unique", "columns": ["name"]}));
    for n in 0..20 {
        put(&app, &path(n), &unique()).await.ok();
    }
    let detail = put(&app, &path(20), &unique()).await.problem(409, "limit-reached");
    for words in ["field `expectation.kind`", "has 20 rules", "20 is the most", "retire or change one"] {
        assert!(detail.contains(words), "{words}: {detail}");
    }
    let plain = || rule(0, json!({"kind": "not_null", "column": "name"}));
    for n in 20..499 {
        put(&app, &path(n), &plain()).await.ok();
    }
    let detail = put(&app, &path(499), &plain()).await.problem(409, "limit-reached");
    for words in ["field `rule`", "has 500 rules that hold", "500 is the most", "retire one"] {
        assert!(detail.contains(words), "{words}: {detail}");
    }
}

#[tokio::test]
async fn a_list_is_written_whole_and_listed_without_its_values() {
    let app = app();
    let path = format!("/api/v1/reference-lists/{LIST}");
    let written = put(&app, &path, r#"{"version": 1, "values": ["b", "a", "b"]}"#).await.ok();
    assert_eq!((&written["values"], &written["count"]), (&json!(["a", "b"]), &json!(2)));
    let listed = get(&app, ACME, "/api/v1/reference-lists").await.ok();
    assert_eq!(listed["items"][0].get("values"), None);
    assert_eq!(get(&app, ACME, &path).await.ok()["version"], 2);
    let before = get(&app, ACME, &format!("{path}?version=1")).await.ok();
    assert_eq!(before["version"], 1);
    assert_ne!(before["values"], written["values"]);
    get(&app, ACME, &format!("{path}?version=3")).await.problem(404, "not-found");
    put(&app, &path, r#"{"version": 2, "values": []}"#).await.problem(400, "invalid-body");
    put(&app, "/api/v1/reference-lists/a%20b", r#"{"version": 0, "values": ["a"]}"#)
        .await
        .problem(400, "invalid-path");
}

#[tokio::test]
async fn a_false_alarm_is_marked_and_its_series_shows_it() {
    let app = app();
    let mark = format!("/api/v1/anomalies/{ANOMALY}/false-alarm");
    assert_eq!(put(&app, &mark, "").await.ok()["false_alarm"], true);
    let series = get(&app, ACME, &format!("/api/v1/sources/netsuite/streams/{MARK}/series")).await.ok();
    assert_eq!(series["items"][0]["metric"], "volume");
    assert_eq!(series["items"][0]["points"][0]["false_alarm"], true);
    assert_eq!(delete(&app, &mark).await.ok()["false_alarm"], false);
    let none = get(&app, ACME, "/api/v1/anomalies?metric=freshness").await.ok();
    assert_eq!(none["items"], json!([]));
    assert_eq!(get(&app, ACME, "/api/v1/anomalies?metric=volume").await.ok()["items"][0]["id"], ANOMALY);
}

#[tokio::test]
async fn an_alert_is_acknowledged_then_resolved_and_says_by_whom() {
    let app = app();
    let path = format!("/api/v1/alerts/{ALERT}");
    let acknowledged = post(&app, &format!("{path}/acknowledge"), "").await.ok();
    assert_eq!(
        (&acknowledged["state"], &acknowledged["handled_by"]),
        (&json!("acknowledged"), &json!("grace@example.com"))
    );
    assert_eq!(acknowledged["resolved_at"], Value::Null);
    let resolved = post(&app, &format!("{path}/resolve"), "").await.ok();
    assert_eq!(
        (&resolved["state"], &resolved["resolved_at"]),
        (&json!("resolved"), &json!("2026-03-01T12:00:00.000000Z"))
    );
    post(&app, &format!("{path}/acknowledge"), "").await.problem(409, "conflict");
    assert_eq!(get(&app, ACME, "/api/v1/alerts?state=open").await.ok()["items"], json!([]));
    let deliveries = get(&app, ACME, &format!("{path}/deliveries")).await.ok();
    assert_eq!(deliveries["items"][0]["channel"], CHANNEL);
    post(&app, "/api/v1/alerts/none/resolve", "").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_silence_has_an_end_and_a_reason() {
    let app = app();
    let body = r#"{"until": "2026-03-08T00:00:00Z", "reason": "migration", "kind": "flow"}"#;
    let silence = post(&app, "/api/v1/silences", body).await.ok();
    assert_eq!((&silence["kind"], &silence["source"]), (&json!("flow"), &Value::Null));
    assert_eq!(get(&app, ACME, "/api/v1/silences").await.ok()["items"].as_array().unwrap().len(), 2);
    delete(&app, &format!("/api/v1/silences/{SILENCE}")).await.ok();
    assert_eq!(get(&app, ACME, "/api/v1/silences").await.ok()["items"].as_array().unwrap().len(), 1);
    for body in [
        r#"{"until": "2026-02-01T00:00:00Z", "reason": "too late"}"#,
        r#"{"until": "2027-03-01T00:00:00Z", "reason": "for ever"}"#,
        r#"{"until": "2026-03-08T00:00:00Z", "reason": ""}"#,
        r#"{"until": "2026-03-08T00:00:00Z", "reason": "r", "source": "a/b"}"#,
    ] {
        post(&app, "/api/v1/silences", body).await.problem(400, "invalid-body");
    }
}

#[tokio::test]
async fn a_time_is_excluded_listed_and_removed() {
    let app = app();
    let body = json!({
        "source": "netsuite", "stream": MARK, "reason": "Easter",
        "from": "2026-04-03T00:00:00.000000Z", "until": "2026-04-07T00:00:00.000000Z",
    });
    let made = post(&app, "/api/v1/exclusions", &body.to_string()).await.ok();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(made[field], *value, "{field}");
    }
    assert_eq!(made["author"], "grace@example.com");
    let ids = async || {
        let listed = get(&app, ACME, "/api/v1/exclusions").await.ok();
        let items = listed["items"].as_array().unwrap().clone();
        items.into_iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [EXCLUSION, made["id"].as_str().unwrap()], "in order of their beginning");
    let path = format!("/api/v1/exclusions/{EXCLUSION}");
    assert_eq!(delete(&app, &path).await.ok()["reason"], "carnival");
    delete(&app, &path).await.problem(404, "not-found");
    assert_eq!(ids().await.len(), 1);
}

#[tokio::test]
async fn an_excluded_time_that_cannot_be_is_refused_with_its_field() {
    let app = app();
    let good = json!({"from": "2026-04-03T00:00:00Z", "until": "2026-04-07T00:00:00Z", "reason": "Easter"});
    for (field, value) in [
        ("from", json!("2020-01-01T00:00:00Z")),
        ("from", json!("2032-01-01T00:00:00Z")),
        ("until", json!("2026-04-03T00:00:00Z")),
        ("until", json!("2026-07-05T00:00:00Z")),
        ("reason", json!("")),
        ("reason", json!("r".repeat(1001))),
        ("source", json!("a/b")),
        ("stream", json!("item")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let detail = post(&app, "/api/v1/exclusions", &body.to_string()).await.problem(400, "invalid-body");
        assert!(detail.contains(&format!("field `{field}`")), "{detail}");
    }
    post(&app, "/api/v1/exclusions", r#"{"from": "2026-04-03T00:00:00Z"}"#)
        .await
        .problem(400, "invalid-body");
}

#[tokio::test]
async fn one_excluded_time_too_many_is_refused() {
    let app = app();
    let body = r#"{"from": "2026-04-03T00:00:00Z", "until": "2026-04-07T00:00:00Z", "reason": "Easter"}"#;
    for _ in 1..1000 {
        post(&app, "/api/v1/exclusions", body).await.ok();
    }
    let detail = post(&app, "/api/v1/exclusions", body).await.problem(409, "limit-reached");
    assert!(detail.contains("1000 is the most"), "{detail}");
}

#[tokio::test]
async fn a_channel_is_written_listed_and_removed() {
    let app = app();
    let path = "/api/v1/alert-channels/mail";
    let body = r#"{"kind": "email", "secret": "alert-acme--smtp", "recipients": ["ops@example.com"]}"#;
    assert_eq!(put(&app, path, body).await.ok()["cool_down_seconds"], 3600);
    assert_eq!(get(&app, ACME, "/api/v1/alert-channels").await.ok()["items"].as_array().unwrap().len(), 2);
    delete(&app, path).await.ok();
    delete(&app, path).await.problem(404, "not-found");
    let source = put(&app, path, r#"{"kind": "webhook", "secret": "netsuite-private-key"}"#).await;
    assert!(source.problem(400, "invalid-body").contains("begins with `alert-acme--`"));
}

#[tokio::test]
async fn a_test_message_is_answered_with_what_the_receiver_said() {
    let app = app();
    let test = post(&app, &format!("/api/v1/alert-channels/{CHANNEL}/test"), "").await.ok();
    assert_eq!((&test["channel"], &test["status"]), (&json!(CHANNEL), &json!("202 Accepted")));
    assert_eq!(test["said"], "thanks, grace@example.com", "the author's name travels with it");
    assert_eq!((&test["took_milliseconds"], &test["id"]), (&json!(12), &json!("test.1")));
    post(&app, "/api/v1/alert-channels/none/test", "").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_test_message_that_is_not_taken_says_why_and_what_to_do() {
    let app = app();
    for (id, status, kind, words) in [
        ("refuses", 502, "channel-refused", ["404 Not Found: no_team, after 12 ms", "still exists"]),
        ("locked", 502, "channel-refused", ["answered 401", "credentials"]),
        ("away", 502, "channel-unavailable", ["no connection, after 12 ms", "the host in the address"]),
        ("busy", 503, "channel-throttled", ["429", "again in a while"]),
        ("unset", 409, "channel-misconfigured", ["the vault has no secret", "Store the address"]),
        ("often", 429, "too-many-tests", ["5 tests were sent within a minute", "nothing was sent"]),
    ] {
        let path = format!("/api/v1/alert-channels/{id}");
        put(&app, &path, r#"{"kind": "webhook", "secret": "alert-acme--ops"}"#).await.ok();
        let answer = post(&app, &format!("{path}/test"), "").await;
        let detail = answer.problem(status, kind);
        assert!(words.iter().all(|word| detail.contains(word)), "{detail}");
        let wait = match id {
            "busy" => "7",
            "often" => "60",
            _ => "",
        };
        assert_eq!(answer.header("retry-after"), wait, "{id}");
    }
}

#[tokio::test]
async fn a_caller_is_told_the_names_that_its_channels_secrets_may_have() {
    let app = app();
    let caller = get(&app, ACME, "/api/v1/whoami").await.ok();
    assert_eq!(caller["tenant"], ACME);
    let secret = format!("{}ops", caller["channel_secret_prefix"].as_str().unwrap());
    let channel = json!({"kind": "webhook", "secret": secret}).to_string();
    put(&app, "/api/v1/alert-channels/ops", &channel).await.ok();
}
