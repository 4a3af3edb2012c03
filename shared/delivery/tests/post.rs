//! Webhooks, against a server on this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use forebay_delivery::Delivery;
use forebay_ports::{AlertSender, Outgoing, PortError, Secret};

type Got = Arc<Mutex<Vec<(String, String)>>>;

async fn take(State(got): State<Got>, Path(code): Path<u16>, headers: HeaderMap, body: String) -> Response {
    let key = headers.get("idempotency-key").unwrap().to_str().unwrap().to_owned();
    got.lock().unwrap().push((key, body));
    let status = StatusCode::from_u16(code).unwrap();
    (status, [("retry-after", "7"), ("location", "http://127.0.0.1:1/elsewhere")]).into_response()
}

async fn server() -> (String, Got) {
    let got = Got::default();
    let app = Router::new().route("/{code}", post(take)).with_state(Arc::clone(&got));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, got)
}

async fn send(address: &str) -> Result<(), PortError> {
    let message = Outgoing::Json { body: r#"{"title":"ä"}"#.to_owned() };
    Delivery.send("alert-1/webhook", &message, &Secret::new(address, "1")).await
}

#[tokio::test]
async fn a_document_arrives_with_a_key_that_tells_a_second_delivery() {
    let (address, got) = server().await;
    send(&format!("{address}/202")).await.unwrap();
    send(&format!("{address}/200")).await.unwrap();
    let one = ("alert-1/webhook".to_owned(), r#"{"title":"ä"}"#.to_owned());
    assert_eq!(*got.lock().unwrap(), [one.clone(), one]);
}

#[tokio::test]
async fn answers_are_told_apart_by_what_to_do_next() {
    let (address, _) = server().await;
    let kind = async |code: u16| match send(&format!("{address}/{code}")).await.unwrap_err() {
        PortError::Throttled { retry_after, .. } => format!("throttled {:?}", retry_after.unwrap().as_secs()),
        PortError::Transient { .. } => "transient".to_owned(),
        PortError::Unauthorized { .. } => "unauthorized".to_owned(),
        PortError::Rejected { .. } => "rejected".to_owned(),
        other => panic!("{other}"),
    };
    assert_eq!(kind(429).await, "throttled 7");
    assert_eq!(kind(503).await, "throttled 7");
    assert_eq!(kind(500).await, "transient");
    assert_eq!(kind(408).await, "transient");
    assert_eq!(kind(403).await, "unauthorized");
    assert_eq!(kind(404).await, "rejected");
    // Followed, it would lead elsewhere.
    assert_eq!(kind(307).await, "rejected");
}

#[tokio::test]
async fn nobody_there_is_transient_and_names_no_address() {
    let error = send("http://127.0.0.1:9/s3cret").await.unwrap_err();
    assert!(matches!(error, PortError::Transient { .. }), "{error}");
    assert!(!error.to_string().contains("s3cret") && !error.to_string().contains("127.0.0.1"));
}

#[tokio::test]
async fn a_message_beyond_what_channels_take_is_rejected_unsent() {
    let (address, got) = server().await;
    let message = Outgoing::Json { body: "x".repeat(30 * 1024) };
    let sent = Delivery.send("a", &message, &Secret::new(format!("{address}/200"), "1")).await;
    assert!(matches!(sent, Err(PortError::Rejected { .. })));
    assert!(got.lock().unwrap().is_empty());
}
