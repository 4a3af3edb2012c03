//! What goes wrong is a problem document that helps, and tells nothing it should not.

mod support;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use forebay_api::ProblemKind;
use support::seed::ACME;
use support::{app, broken_app, get, post, send};

#[tokio::test]
async fn an_unknown_address_is_a_problem_with_and_without_the_prefix() {
    let app = app();
    for path in ["/api/v1/nothing", "/api/v2/sources", "/else", "/"] {
        let detail = get(&app, ACME, path).await.problem(404, "unknown-route");
        assert!(detail.contains("openapi.json"), "{detail}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_taken_names_those_that_are() {
    let app = app();
    let answer = post(&app, ACME, "/api/v1/sources", "{}").await;
    answer.problem(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let answer = get(&app, ACME, "/api/v1/dead-letters/replay").await;
    answer.problem(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_bad_query_names_the_parameter_and_what_was_expected() {
    let app = app();
    for (path, words) in [
        ("/api/v1/runs?limit=s3cr3t", vec!["limit", "text of 6 characters", "1 to 1000"]),
        ("/api/v1/runs?limit=0", vec!["limit", "1 to 1000"]),
        ("/api/v1/runs?limti=5", vec!["limti", "`limit`"]),
        ("/api/v1/runs?after=s3cr3t", vec!["after", "`next`"]),
        ("/api/v1/runs?source=s3cr3t%20/", vec!["source", "a-z"]),
        ("/api/v1/dead-letters?state=s3cr3t", vec!["state", "`open` or `replayed`"]),
        ("/api/v1/lineage?namespace=a", vec!["name"]),
        ("/api/v1/lineage?namespace=a&name=b&depth=51", vec!["depth", "1 to 50"]),
        ("/api/v1/lineage?namespace=a&name=b&direction=s3cr3t", vec!["direction", "`upstream`"]),
        ("/api/v1/lineage/events", vec!["run"]),
    ] {
        let detail = get(&app, ACME, path).await.problem(400, "invalid-query");
        for word in words {
            assert!(detail.contains(word), "{path}: {detail}");
        }
        assert!(!detail.contains("s3cr3t"), "{detail}");
    }
}

#[tokio::test]
async fn a_bad_identifier_in_the_address_is_told_by_what_it_should_name() {
    let app = app();
    let detail = get(&app, ACME, "/api/v1/sources/a%20b").await.problem(400, "invalid-path");
    assert!(detail.contains("source of 3 characters") && detail.contains("a-z"), "{detail}");
    get(&app, ACME, "/api/v1/sources/%FF").await.problem(400, "invalid-path");
}

#[tokio::test]
async fn a_bad_body_is_told_by_shape_size_or_media_type() {
    let app = app();
    let path = "/api/v1/dead-letters/replay";
    post(&app, ACME, path, "{\"ids\":").await.problem(400, "invalid-body");
    let detail = post(&app, ACME, path, "{\"ids\": 5}").await.problem(400, "invalid-body");
    assert!(detail.contains("`ids` is a number"), "{detail}");
    let large = format!("{{\"ids\": [\"{}\"]}}", "x".repeat(forebay_api::MAX_BODY_BYTES));
    post(&app, ACME, path, &large).await.problem(413, "body-too-large");
    let request = Request::post(path).header("x-tenant", ACME).body(Body::from("{}")).unwrap();
    send(&app, request).await.problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn a_store_that_fails_is_a_503_that_tells_nothing_of_the_inside() {
    let app = broken_app();
    for path in ["/api/v1/sources", "/api/v1/summary", "/api/v1/runs"] {
        let detail = get(&app, ACME, path).await.problem(503, "store-unavailable");
        assert!(detail.contains("again") && !detail.contains("db-7"), "{detail}");
    }
    let detail = get(&app, ACME, "/api/v1/health/ready").await.problem(503, "not-ready");
    assert!(detail.contains("check that it runs") && !detail.contains("db-7"), "{detail}");
    assert_eq!(get(&app, ACME, "/api/v1/health/live").await.ok()["status"], "live");
}

#[tokio::test]
async fn a_source_that_refuses_is_a_502_that_says_what_to_check() {
    let answer = post(&app(), ACME, "/api/v1/sources/unwilling/runs", "").await;
    let detail = answer.problem(502, "source-refused");
    assert!(detail.contains("credentials"), "{detail}");
}

#[tokio::test]
async fn a_page_of_another_site_sets_nothing_in_motion() {
    let app = app();
    let ask = |site: &str, method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        request.header("x-tenant", ACME).header("sec-fetch-site", site).body(Body::empty()).unwrap()
    };
    let start = "/api/v1/sources/netsuite/runs";
    for site in ["cross-site", "same-site"] {
        send(&app, ask(site, "POST", start)).await.problem(403, "cross-site");
        send(&app, ask(site, "GET", "/api/v1/sources")).await.ok();
    }
    assert_eq!(send(&app, ask("same-origin", "POST", start)).await.status.as_u16(), 202);
}

#[tokio::test]
async fn every_answer_has_strict_headers_and_none_is_kept() {
    let app = app();
    for path in ["/api/v1/sources", "/api/v1/nothing", "/api/v1/openapi.json", "/api/docs"] {
        let answer = get(&app, ACME, path).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn building_the_router_generates_nothing() {
    // The fastest of many, so that a busy machine does not decide.
    let fastest = (0..50)
        .map(|_| {
            let repository = std::sync::Arc::new(support::fake::Fake::new(Vec::new()));
            let state = support::state(std::sync::Arc::new(support::Broken), repository, Some("web".into()));
            let start = Instant::now();
            let router = forebay_api::router(state);
            let took = start.elapsed();
            drop(router);
            took
        })
        .min();
    // It is well under a millisecond; generating the API's description here would be far above the bound.
    assert!(fastest < Some(Duration::from_millis(25)), "{fastest:?}");
}

#[test]
fn every_kind_of_problem_has_a_type_of_its_own() {
    let types: std::collections::HashSet<_> = ProblemKind::ALL.iter().map(|kind| kind.type_uri()).collect();
    assert_eq!(types.len(), ProblemKind::ALL.len());
}
