//! Who is let in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{ASSERTION_TYPE, Bench, Claims, ask_token, bench, bench_with, fault, sign};
use forebay_netsuite_account::account::machine_now;
use forebay_netsuite_account::auth::{Credentials, TOKEN_PATH, encode};
use serde_json::json;

async fn ask(bench: &Bench, algorithm: &str, kid: &str, pem: &str, claims: &Claims) -> (u16, String) {
    let jwt = sign(algorithm, kid, pem, &claims.json());
    let (status, body) = ask_token(&bench.http, bench.running.base_url(), &jwt).await;
    (status, body["error"].as_str().unwrap_or("").to_owned())
}

#[tokio::test]
async fn every_algorithm_of_the_vendor_signs_in_and_no_other() {
    let bench = bench().await;
    let c = bench.running.credentials();
    for algorithm in ["PS256", "PS384", "PS512"] {
        let got = ask(&bench, algorithm, &c.certificate_id, &c.private_key_pem, &Claims::valid(c)).await;
        assert_eq!(got, (200, String::new()), "{algorithm}");
    }
    let got = ask(&bench, "ES256", &c.ec_certificate_id, &c.ec_private_key_pem, &Claims::valid(c)).await;
    assert_eq!(got.0, 200);
    for (algorithm, further) in ["ES384", "ES512"].iter().zip(&c.further_certificates) {
        let got =
            ask(&bench, algorithm, &further.certificate_id, &further.private_key_pem, &Claims::valid(c))
                .await;
        assert_eq!(got.0, 200, "{algorithm}");
    }
    let got = ask(&bench, "RS256", &c.certificate_id, &c.private_key_pem, &Claims::valid(c)).await;
    assert_eq!(got, (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn assertions_that_break_one_rule_are_refused() {
    let bench = bench().await;
    let c = bench.running.credentials();
    let now = machine_now();
    let rules = [
        ("iss", json!("somebody"), 401),
        ("aud", json!("https://example.com/token"), 401),
        ("aud", json!(c.base_url), 401),
        ("exp", json!(now - 1), 401),
        ("exp", json!(now + 4_000), 401),
        ("iat", json!(now + 600), 401),
        ("iat", json!("today"), 400),
        ("scope", json!("restlets"), 400),
        ("scope", json!("rest_webservices restlets"), 400),
        ("scope", json!(["everything"]), 400),
    ];
    for (name, value, status) in rules {
        let claims = Claims::valid(c).with(name, value.clone());
        let got = ask(&bench, "PS256", &c.certificate_id, &c.private_key_pem, &claims).await;
        assert_eq!(got.0, status, "{name}={value}: {}", got.1);
    }
    let unknown = ask(&bench, "PS256", "nobody", &c.private_key_pem, &Claims::valid(c)).await;
    assert_eq!(unknown, (401, "invalid_client".to_owned()));
    let crossed = ask(&bench, "ES256", &c.certificate_id, &c.ec_private_key_pem, &Claims::valid(c)).await;
    assert_eq!(crossed.0, 401);
}

#[tokio::test]
async fn scopes_are_taken_as_array_and_comma_separated_and_the_vendors_host_as_audience() {
    let bench = bench().await;
    let c = bench.running.credentials();
    let vendor = format!("https://{}.suitetalk.api.netsuite.com{TOKEN_PATH}", c.account.to_lowercase());
    for claims in [
        Claims::valid(c).with("scope", json!("restlets,rest_webservices")),
        Claims::valid(c).with("scope", json!(["restlets", "rest_webservices"])),
        Claims::valid(c).with("aud", json!(vendor)),
        Claims::valid(c).with("exp", json!(machine_now() + 3_600)),
    ] {
        assert_eq!(ask(&bench, "PS256", &c.certificate_id, &c.private_key_pem, &claims).await.0, 200);
    }
}

#[tokio::test]
async fn the_tokens_answer_is_the_vendors_and_the_form_is_checked() {
    let bench = bench().await;
    let c = bench.running.credentials();
    let jwt = sign("PS256", &c.certificate_id, &c.private_key_pem, &Claims::valid(c).json());
    let (_, body) = ask_token(&bench.http, bench.running.base_url(), &jwt).await;
    assert_eq!(body["expires_in"], "3600");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body.as_object().unwrap().len(), 3);
    let url = bench.url(TOKEN_PATH);
    let wrong =
        [("grant_type", "password"), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &jwt)];
    assert_eq!(bench.http.post(&url).form(&wrong).send().await.unwrap().status(), 400);
    assert_eq!(bench.http.post(&url).json(&json!({})).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn tokens_end_after_their_life_and_on_order() {
    let mut bench = bench_with(|s| {
        s.scale = 0.001;
        s.token_life_seconds = 2;
    })
    .await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 200);
    bench.control("faults", json!({ "clock_skew_seconds": 3 })).await;
    let (status, body) = bench.sql("SELECT id FROM customer").await;
    assert_eq!((status, fault(&body).0), (401, "INVALID_LOGIN"));
    bench.control("faults", json!({ "clock_skew_seconds": 0 })).await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 200);
    bench.control("faults", json!({ "expire_tokens": true })).await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 401);
    bench.token = "made up".to_owned();
    assert_eq!(bench.get("/services/rest/system/v1/serverTime").await.0, 401);
}

/// An OAuth 1.0a header for a GET of `url`, which has no query but `query`.
fn oauth(c: &Credentials, url: &str, query: &[(&str, &str)], nonce: &str, at: i64) -> String {
    let at = at.to_string();
    let mut fields = vec![
        ("oauth_consumer_key", c.consumer_key.as_str()),
        ("oauth_token", c.token_id.as_str()),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", at.as_str()),
        ("oauth_nonce", nonce),
        ("oauth_version", "1.0"),
    ];
    let header: Vec<String> = fields.iter().map(|(n, v)| format!("{n}=\"{}\"", encode(v))).collect();
    fields.extend_from_slice(query);
    let mut pairs: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    pairs.sort();
    let base = format!("GET&{}&{}", encode(url), encode(&pairs.join("&")));
    let secret = format!("{}&{}", encode(&c.consumer_secret), encode(&c.token_secret));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), base.as_bytes());
    let signature = encode(&STANDARD.encode(tag));
    format!("OAuth realm=\"{}\", {}, oauth_signature=\"{signature}\"", c.account, header.join(", "))
}

async fn signed(bench: &Bench, path: &str, header: &str) -> u16 {
    let request = bench.http.get(bench.url(path)).header("Authorization", header);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn signed_requests_pass_once_and_only_as_they_were_signed() {
    let bench = bench().await;
    let c = bench.running.credentials();
    let path = "/services/rest/record/v1/customer";
    let url = bench.url(path);
    let now = machine_now();
    let paging = [("limit", "10"), ("offset", "0")];
    let full = format!("{path}?limit=10&offset=0");
    let good = oauth(c, &url, &paging, "n1", now);
    assert_eq!(signed(&bench, &full, &good).await, 200);
    assert_eq!(signed(&bench, &full, &good).await, 401, "a nonce is good for one request");
    let without = oauth(c, &url, &[], "n2", now);
    assert_eq!(signed(&bench, &full, &without).await, 401, "query parameters are signed");
    assert_eq!(signed(&bench, path, &oauth(c, &url, &[], "n3", now)).await, 200);
    assert_eq!(signed(&bench, path, &oauth(c, &url, &[], "n4", now - 1_000)).await, 401);
    let realm = oauth(c, &url, &[], "n5", now).replace(&c.account, "TSTDRV1");
    assert_eq!(signed(&bench, path, &realm).await, 401);
    let mut other = c.clone();
    other.token_secret = "guess".to_owned();
    assert_eq!(signed(&bench, path, &oauth(&other, &url, &[], "n6", now)).await, 401);
}

#[tokio::test]
async fn a_restart_keeps_rows_and_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = forebay_netsuite_account::Settings::new(folder.path());
    settings.scale = 0.001;
    let first = forebay_netsuite_account::start(settings.clone()).await.unwrap();
    let before = first.credentials().clone();
    let url = format!("{}/_control/changes", first.base_url());
    let order = json!({ "inserts": 3 });
    reqwest::Client::new().post(url).json(&order).send().await.unwrap().error_for_status().unwrap();
    let rows = |base: String| async move {
        reqwest::get(format!("{base}/_control/counts")).await.unwrap().text().await.unwrap()
    };
    let counted = rows(first.base_url().to_owned()).await;
    first.stop().await.unwrap();
    let second = forebay_netsuite_account::start(settings.clone()).await.unwrap();
    assert_eq!(second.credentials().client_id, before.client_id);
    assert_eq!(second.credentials().private_key_pem, before.private_key_pem);
    assert_eq!(rows(second.base_url().to_owned()).await, counted);
    second.stop().await.unwrap();
    settings.seed = 2;
    let other = forebay_netsuite_account::start(settings).await.unwrap();
    assert_ne!(rows(other.base_url().to_owned()).await, counted, "another seed is another account");
}
