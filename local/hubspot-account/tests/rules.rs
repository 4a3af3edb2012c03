//! Logins, limits, scopes, faults and counters.

mod common;

use std::time::Duration;

use common::{Bench, array, bench, bench_with};
use serde_json::{Value, json};

async fn refresh(bench: &Bench, change: (&str, &str)) -> (u16, Value) {
    let credentials = bench.running.credentials();
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.client_secret),
        ("refresh_token", &credentials.refresh_token),
    ];
    for field in &mut form {
        if field.0 == change.0 {
            field.1 = change.1;
        }
    }
    bench.send(bench.http.post(bench.url("/oauth/v1/token")).form(&form)).await
}

async fn as_app(bench: &Bench, token: &str) -> (u16, Value) {
    bench.send(bench.http.get(bench.url("/crm/v3/objects/deals")).bearer_auth(token)).await
}

#[tokio::test]
async fn a_refresh_token_gives_access_tokens_that_expire() {
    let bench = bench().await;
    let (status, body) = refresh(&bench, ("", "")).await;
    assert_eq!((status, &body["expires_in"], &body["token_type"]), (200, &json!(1_800), &json!("bearer")));
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(as_app(&bench, token).await.0, 200);
    bench.control("faults", json!({ "expire_tokens": true })).await;
    let (status, body) = as_app(&bench, token).await;
    assert_eq!((status, &body["category"]), (401, &json!("EXPIRED_AUTHENTICATION")));
    assert!(body["context"]["expire time"][0].as_str().unwrap().ends_with('Z'));
    let (_, body) = refresh(&bench, ("", "")).await;
    assert_eq!(as_app(&bench, body["access_token"].as_str().unwrap()).await.0, 200);
    for (field, code) in [
        ("grant_type", "BAD_GRANT_TYPE"),
        ("client_id", "BAD_CLIENT_ID"),
        ("client_secret", "BAD_CLIENT_SECRET"),
        ("refresh_token", "BAD_REFRESH_TOKEN"),
    ] {
        let (status, body) = refresh(&bench, (field, "wrong")).await;
        assert_eq!((status, &body["status"]), (400, &json!(code)));
    }
}

#[tokio::test]
async fn an_unknown_or_rotated_token_is_not_authenticated() {
    let bench = bench().await;
    let (status, body) = as_app(&bench, "pat-na1-nothing").await;
    assert_eq!((status, &body["category"]), (401, &json!("INVALID_AUTHENTICATION")));
    assert_eq!(bench.send(bench.http.get(bench.url("/crm/v3/owners"))).await.0, 401);
    let old = bench.token();
    bench.control("faults", json!({ "expire_tokens": true })).await;
    assert_eq!(as_app(&bench, &old).await.0, 200, "a private app's token does not expire");
    bench.control("faults", json!({ "rotate_private_app": true })).await;
    assert_eq!(as_app(&bench, &old).await.0, 401);
    assert_eq!(as_app(&bench, &bench.token()).await.0, 200);
    let saved: Value =
        serde_json::from_slice(&std::fs::read(bench.folder.path().join("credentials.json")).unwrap())
            .unwrap();
    assert_eq!(saved["private_app_token"], bench.token());
}

#[tokio::test]
async fn searches_beyond_the_limit_of_a_second_are_refused_without_headers() {
    let bench = bench_with(|mut s| {
        s.search_per_second = 2;
        s
    })
    .await;
    let ask = || {
        bench.http.post(bench.url("/crm/v3/objects/tasks/search")).bearer_auth(bench.token()).json(&json!({}))
    };
    let mut refused = None;
    // However slow the machine is, three searches of which each takes a third of a second are not assumed.
    for _ in 0..50 {
        let answer = ask().send().await.unwrap();
        assert!(!answer.headers().contains_key("x-hubspot-ratelimit-max"));
        if answer.status() == 429 {
            assert!(!answer.headers().contains_key("retry-after"));
            refused = Some(answer.json::<Value>().await.unwrap());
            break;
        }
    }
    let body = refused.expect("a refusal");
    assert_eq!(body["message"], "You have reached your secondly limit.");
    assert_eq!((&body["errorType"], &body["policyName"]), (&json!("RATE_LIMIT"), &json!("SECONDLY")));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(ask().send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn bursts_and_days_end_and_the_headers_count_down() {
    let bench = bench_with(|mut s| {
        (s.requests_per_ten_seconds, s.daily) = (3, 5);
        s
    })
    .await;
    let get = || bench.http.get(bench.url("/crm/v3/objects/tasks")).bearer_auth(bench.token());
    let first = get().send().await.unwrap();
    let told = |name: &str| first.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(told("x-hubspot-ratelimit-max"), "3");
    assert_eq!(told("x-hubspot-ratelimit-remaining"), "2");
    assert_eq!(told("x-hubspot-ratelimit-interval-milliseconds"), "10000");
    assert_eq!(
        (told("x-hubspot-ratelimit-daily"), told("x-hubspot-ratelimit-daily-remaining")),
        ("5".into(), "4".into())
    );
    for _ in 0..2 {
        assert_eq!(get().send().await.unwrap().status(), 200);
    }
    let (status, body) = bench.send(get()).await;
    assert_eq!((status, &body["policyName"]), (429, &json!("TEN_SECONDLY_ROLLING")));
    for _ in 0..2 {
        bench.search("tasks", json!({})).await;
    }
    let (status, body) = bench.post("/crm/v3/objects/tasks/search", &json!({})).await;
    assert_eq!((status, &body["policyName"]), (429, &json!("DAILY")));
}

#[tokio::test]
async fn an_oauth_app_is_not_told_of_the_day() {
    let bench = bench().await;
    let (_, body) = refresh(&bench, ("", "")).await;
    let token = body["access_token"].as_str().unwrap();
    let answer = bench.http.get(bench.url("/crm/v3/owners")).bearer_auth(token).send().await.unwrap();
    assert!(answer.headers().contains_key("x-hubspot-ratelimit-max"));
    assert!(!answer.headers().contains_key("x-hubspot-ratelimit-daily"));
}

#[tokio::test]
async fn the_portal_tells_what_it_is_and_what_was_used() {
    let bench = bench().await;
    let (_, details) = bench.get("/account-info/v3/details").await;
    assert_eq!(details["portalId"], bench.running.credentials().portal_id);
    let (_, usage) = bench.get("/account-info/v3/api-usage/daily/private-apps").await;
    assert_eq!(usage["results"][0]["currentUsage"], 2);
}

#[tokio::test]
async fn a_missing_scope_is_named_and_can_come_back() {
    let bench = bench().await;
    bench.control("faults", json!({ "deny_table": "companies" })).await;
    bench.control("faults", json!({ "deny_table": "owners" })).await;
    for path in [
        "/crm/v3/objects/companies",
        "/crm/v3/properties/companies",
        "/crm/v3/objects/contacts?associations=companies",
    ] {
        let (status, body) = bench.get(path).await;
        assert_eq!((status, &body["category"]), (403, &json!("MISSING_SCOPES")), "{path}");
        let scopes = &body["errors"][0]["context"]["requiredGranularScopes"];
        assert_eq!(scopes, &json!(["crm.objects.companies.read"]));
    }
    assert_eq!(bench.post("/crm/v3/objects/companies/search", &json!({})).await.0, 403);
    let path = "/crm/v4/associations/contacts/companies/batch/read";
    assert_eq!(bench.post(path, &json!({ "inputs": [] })).await.0, 403);
    assert_eq!(bench.get("/crm/v3/owners").await.0, 403);
    assert_eq!(bench.get("/crm/v3/objects/contacts").await.0, 200);
    bench.control("faults", json!({ "allow_table": "companies" })).await;
    assert_eq!(bench.get("/crm/v3/objects/companies").await.0, 200);
}

#[tokio::test]
async fn a_deleted_property_is_gone_everywhere_and_refused_in_search() {
    let bench = bench().await;
    bench.control("faults", json!({ "reject_column": "contacts.loyalty_points" })).await;
    let (_, body) = bench.get("/crm/v3/properties/contacts").await;
    assert!(array(&body["results"]).iter().all(|p| p["name"] != "loyalty_points"));
    let (_, body) = bench.get("/crm/v3/properties/contacts?archived=true").await;
    assert_eq!(body["results"][0]["name"], "loyalty_points");
    let (status, body) = bench.get("/crm/v3/objects/contacts?limit=1&properties=loyalty_points").await;
    assert_eq!(status, 200);
    assert!(body["results"][0]["properties"].get("loyalty_points").is_none());
    let filter = json!({ "filters": [{ "propertyName": "loyalty_points", "operator": "HAS_PROPERTY" }] });
    assert_eq!(bench.post("/crm/v3/objects/contacts/search", &filter).await.0, 400);
    bench.control("faults", json!({ "allow_column": "contacts.loyalty_points" })).await;
    assert!(bench.search("contacts", filter).await["total"].as_u64() > Some(0));
}

#[tokio::test]
async fn ordered_faults_happen_as_often_as_ordered() {
    let bench = bench().await;
    let get = || bench.http.get(bench.url("/crm/v3/objects/tasks")).bearer_auth(bench.token());
    bench.control("faults", json!({ "throttle": 1, "throttle_retry_after": 3, "server_errors": 2 })).await;
    let answer = get().send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"3".parse().unwrap()));
    assert_eq!(answer.json::<Value>().await.unwrap()["policyName"], "TEN_SECONDLY_ROLLING");
    assert_eq!(get().send().await.unwrap().status(), 502);
    assert_eq!(get().send().await.unwrap().status(), 503);
    bench.control("faults", json!({ "cut_connections": 1, "truncate": 1, "invalid_json": 1 })).await;
    assert!(get().send().await.unwrap().text().await.is_err(), "the connection breaks inside the body");
    let half = get().send().await.unwrap().text().await.unwrap();
    assert!(half.starts_with('{') && serde_json::from_str::<Value>(&half).is_err());
    assert!(get().send().await.unwrap().text().await.unwrap().starts_with("<!DOCTYPE"));
    assert!(get().send().await.unwrap().json::<Value>().await.is_ok());
}

#[tokio::test]
async fn a_skewed_clock_stamps_changes_and_answers() {
    let bench = bench().await;
    bench.control("faults", json!({ "clock_skew_seconds": -600 })).await;
    let here = forebay_simulation::machine_now();
    let changed = bench.control("changes", json!({ "updates": 1 })).await;
    assert!((here - 700..here - 500).contains(&changed["at"].as_i64().unwrap()));
}

#[tokio::test]
async fn requests_and_rows_are_counted_by_endpoint_and_type() {
    let bench = bench().await;
    bench.get("/crm/v3/objects/tasks?limit=7").await;
    bench.search("deals", json!({ "limit": 5 })).await;
    bench.get("/crm/v3/objects/tasks/1").await;
    let (_, seen) = bench.send(bench.http.get(bench.url("/_control/requests"))).await;
    assert_eq!(seen["endpoints"]["list"]["rows_by_table"]["tasks"], 7);
    assert_eq!(seen["endpoints"]["search"]["rows"], 5);
    assert_eq!(seen["endpoints"]["get"]["answers"]["404"], 1);
    bench.http.delete(bench.url("/_control/requests")).send().await.unwrap();
    let (_, seen) = bench.send(bench.http.get(bench.url("/_control/requests"))).await;
    assert_eq!(seen["endpoints"], json!({}));
}

#[tokio::test]
async fn unknown_orders_are_refused() {
    let bench = bench().await;
    for (path, body) in [
        ("faults", json!({ "throtle": 1 })),
        ("faults", json!({ "deny_table": "nothing" })),
        ("faults", json!({ "reject_column": "contacts.nothing" })),
        ("changes", json!({ "update": 1 })),
    ] {
        let answer =
            bench.http.post(bench.url(&format!("/_control/{path}"))).json(&body).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path} {body}");
    }
}
