//! An account that contradicts itself, played by a few lines of server.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use forebay_model::{ConnectorKind, Instant, SourceConfig, SourceId, StreamSchema, TenantId};
use forebay_ports::{Connector, PageRequest, SourceError};

use super::account::{Secrets, context, stream};

/// Answers to SuiteQL, in turn; the last one stays. And what was asked, with its login.
#[derive(Default)]
struct Script {
    answers: Mutex<Vec<(u16, String)>>,
    asked: Mutex<Vec<(String, String)>>,
}

async fn suiteql(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let login = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    script.asked.lock().unwrap().push((login, String::from_utf8_lossy(&body).into_owned()));
    let mut answers = script.answers.lock().unwrap();
    let (status, body) = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
    let retry = [("retry-after", "0")];
    (StatusCode::from_u16(status).unwrap(), retry, body)
}

async fn play(answers: &[(u16, &str)]) -> (Arc<Script>, Box<dyn Connector>) {
    let script = Arc::new(Script::default());
    script.answers.lock().unwrap().extend(answers.iter().map(|(s, b)| (*s, (*b).to_owned())));
    let app = Router::new()
        .route("/services/rest/query/v1/suiteql", post(suiteql))
        .route(
            "/services/rest/system/v1/serverTime",
            get(|| async { "{\"serverTime\":\"2026-03-02T10:00:00Z\"}" }),
        )
        .with_state(script.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let names = ["consumer_key", "consumer_secret", "token_id", "token_secret"];
    let settings = [
        ("account", "1234567_SB1".to_owned()),
        ("auth", "tba".to_owned()),
        ("base_url", format!("http://{address}")),
        ("retry_first_delay_ms", "1".to_owned()),
        ("page_size", "2".to_owned()),
    ];
    let config = SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("erp").unwrap(),
        connector: ConnectorKind::new("netsuite").unwrap(),
        settings: settings.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        secrets: names.iter().map(|n| ((*n).to_owned(), (*n).to_owned())).collect(),
    };
    let secrets = Secrets(names.iter().map(|n| ((*n).to_owned(), format!("{n} value"))).collect());
    (script, forebay_connectors::open(&config, context(Arc::new(secrets))).unwrap())
}

fn schema() -> StreamSchema {
    serde_json::from_value(serde_json::json!({
        "connector": "netsuite", "stream": "customer", "key": ["id"], "modified": null,
        "records_at": {"kind": "field", "field": "items"},
        "columns": [{"name": "id", "source_field": "id", "column_type": {"kind": "integer"}, "nullable": false}],
    }))
    .unwrap()
}

async fn read(connector: &dyn Connector, schema: &StreamSchema) -> Result<u32, SourceError> {
    assert_eq!(schema.stream, stream("customer"));
    let request =
        PageRequest { schema, cursor: None, bound: Instant::parse("2026-03-02T10:00:00Z").unwrap() };
    connector.read_page(request).await.map(|page| page.records)
}

const GOOD: &str = r#"{"count":1,"hasMore":false,"items":[{"id":"1"}],"offset":0,"totalResults":1}"#;

#[tokio::test]
async fn a_page_that_contradicts_itself_twice_fails_the_stream_with_evidence() {
    for (page, evidence) in [
        (r#"{"count":1,"hasMore":false,"items":[{"id":"1"}],"offset":0,"totalResults":9}"#, "totalResults=9"),
        (r#"{"count":2,"hasMore":false,"items":[{"id":"1"}],"offset":0,"totalResults":2}"#, "count differs"),
        (r#"{"count":0,"hasMore":true,"items":[],"offset":0,"totalResults":5}"#, "no row to go on from"),
        (r#"{"count":2,"hasMore":true,"items":[{"id":"2"},{"id":"1"}],"offset":0}"#, "not in order"),
        (r#"{"count":1,"hasMore":true,"items":[{"name":"x"}],"offset":0}"#, "has no id"),
        ("<html>maintenance</html>", "no page of rows"),
    ] {
        let (script, connector) = play(&[(200, page)]).await;
        let error = read(connector.as_ref(), &schema()).await.unwrap_err();
        let SourceError::Contradiction { evidence: said, .. } = &error else { panic!("{error}") };
        assert!(said.contains(evidence), "{said}");
        assert_eq!(script.asked.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_page_that_was_garbled_once_is_read_at_the_second_try() {
    let (script, connector) = play(&[(200, "{\"count\":1"), (200, GOOD)]).await;
    assert_eq!(read(connector.as_ref(), &schema()).await.unwrap(), 1);
    assert_eq!(script.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn every_attempt_is_signed_anew() {
    let (script, connector) = play(&[(503, ""), (429, ""), (401, ""), (200, GOOD)]).await;
    assert_eq!(read(connector.as_ref(), &schema()).await.unwrap(), 1);
    let asked = script.asked.lock().unwrap();
    let logins: std::collections::BTreeSet<&str> = asked.iter().map(|(login, _)| login.as_str()).collect();
    assert_eq!((asked.len(), logins.len()), (4, 4));
    assert!(logins.iter().all(|login| login.starts_with("OAuth realm=\"1234567_SB1\"")));
    assert!(logins.iter().all(|login| !login.contains("consumer_secret") && !login.contains("token_secret")));
}

#[tokio::test]
async fn throttling_that_does_not_pass_is_the_callers_to_wait_for() {
    let busy = r#"{"o:errorDetails":[{"o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED","detail":"busy"}]}"#;
    let (script, connector) = play(&[(400, busy)]).await;
    let error = read(connector.as_ref(), &schema()).await.unwrap_err();
    assert!(matches!(error, SourceError::Throttled { .. }), "{error}");
    assert_eq!(script.asked.lock().unwrap().len(), 5);
}
