//! Sessions: both flows, and their end.

mod common;

use common::{Bench, DATA, bench, bench_with, fault, sign};
use serde_json::{Value, json};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

async fn with_claims(bench: &Bench, algorithm: &str, change: impl FnOnce(&mut Value)) -> (u16, Value) {
    let c = bench.running.credentials();
    let now = bench.running.account().now() / 1_000;
    let mut claims = json!({ "iss": c.client_id, "sub": c.username, "aud": c.base_url, "exp": now + 170 });
    change(&mut claims);
    let jwt = sign(algorithm, &c.private_key_pem, &claims);
    bench.ask_token(&[("grant_type", JWT_BEARER), ("assertion", &jwt)]).await
}

#[tokio::test]
async fn a_signed_assertion_gets_a_session_and_a_wrong_one_says_why_not() {
    let bench = bench().await;
    let (status, body) = with_claims(&bench, "RS256", |_| {}).await;
    assert_eq!((status, body["instance_url"].as_str()), (200, Some(bench.running.base_url())));
    assert!(body.get("expires_in").is_none());
    let login = |c: &mut Value| c["aud"] = "https://login.salesforce.com".into();
    assert_eq!(with_claims(&bench, "RS256", login).await.0, 200);

    let now = bench.running.account().now() / 1_000;
    let cases: [(&str, Value, &str, &str); 5] = [
        ("iss", "3MVGother".into(), "invalid_client_id", "client identifier invalid"),
        ("sub", "nobody@forebay.example".into(), "invalid_grant", "user hasn't approved this consumer"),
        ("aud", "https://test.salesforce.com".into(), "invalid_grant", "audience is invalid"),
        ("exp", (now - 1).into(), "invalid_grant", "assertion has expired"),
        ("exp", (now + 300).into(), "invalid_grant", "assertion expiration is too far in the future"),
    ];
    for (claim, value, code, description) in cases {
        let (status, body) = with_claims(&bench, "RS256", |c| c[claim] = value).await;
        assert_eq!(status, 400);
        assert_eq!(
            (body["error"].as_str(), body["error_description"].as_str()),
            (Some(code), Some(description))
        );
    }
    assert_eq!(with_claims(&bench, "RS512", |_| {}).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn an_assertion_signed_by_another_key_is_refused() {
    let (bench, other) = (bench().await, bench().await);
    let (mine, theirs) = (bench.running.credentials(), other.running.credentials());
    let exp = bench.running.account().now() / 1_000 + 100;
    let claims = json!({ "iss": mine.client_id, "sub": mine.username, "aud": mine.base_url, "exp": exp });
    let jwt = sign("RS256", &theirs.private_key_pem, &claims);
    let (status, body) = bench.ask_token(&[("grant_type", JWT_BEARER), ("assertion", &jwt)]).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn wrong_client_credentials_are_told_apart() {
    let bench = bench().await;
    let c = bench.running.credentials();
    let ask = |id: String, secret: &'static str| {
        let bench = &bench;
        async move {
            let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)];
            bench.ask_token(&form).await.1["error"].as_str().unwrap().to_owned()
        }
    };
    assert_eq!(ask(c.client_id.clone(), "wrong").await, "invalid_client");
    assert_eq!(ask("other".to_owned(), "wrong").await, "invalid_client_id");
    let (status, body) = bench.ask_token(&[("grant_type", "password")]).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("unsupported_grant_type")));
}

#[tokio::test]
async fn sessions_end_with_their_life_or_when_ordered() {
    let mut bench = bench_with(|s| s.token_life_seconds = 60).await;
    let path = format!("{DATA}/limits");
    assert_eq!(bench.get(&path).await.0, 200);
    bench.control("faults", json!({ "clock_skew_seconds": 61 })).await;
    let (status, body) = bench.get(&path).await;
    assert_eq!((status, fault(&body)), (401, ("INVALID_SESSION_ID", "Session expired or invalid")));
    bench.log_in().await;
    assert_eq!(bench.get(&path).await.0, 200);
    bench.control("faults", json!({ "expire_tokens": true })).await;
    assert_eq!(bench.get(&path).await.0, 401);
}
