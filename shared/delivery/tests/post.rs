//! Webhooks, against a server on this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use forebay_delivery::Delivery;
use forebay_ports::{AlertSender, Outgoing, PortError, Receipt, Secret};
use futures::StreamExt;

type Got = Arc<Mutex<Vec<(String, String)>>>;

async fn take(State(got): State<Got>, Path(code): Path<u16>, headers: HeaderMap, body: String) -> Response {
    let key = headers.get("idempotency-key").unwrap().to_str().unwrap().to_owned();
    got.lock().unwrap().push((key, body));
    let status = StatusCode::from_u16(code).unwrap();
    let said = match code {
        200 => "taken\n as 7",
        // A receiver that repeats the address that it was called by.
        400 => "no hook at /t0ken-of-400/400",
        _ => "",
    };
    (status, [("retry-after", "7"), ("location", "http://127.0.0.1:1/elsewhere")], said).into_response()
}

/// Says a little, and never the rest.
fn drip() -> impl futures::Stream<Item = Result<&'static str, std::io::Error>> + Send {
    futures::stream::once(async { Ok("well,") }).chain(futures::stream::pending())
}

async fn server() -> (String, Got) {
    let got = Got::default();
    let app = Router::new()
        .route("/{code}", post(take))
        .route("/t0ken-of-400/{code}", post(take))
        .route("/drip", post(async || Body::from_stream(drip())))
        .with_state(Arc::clone(&got));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, got)
}

async fn send(address: &str) -> Result<Receipt, PortError> {
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
async fn what_a_receiver_says_is_on_the_receipt_and_in_the_error_but_never_the_address() {
    let (address, _) = server().await;
    let receipt = send(&format!("{address}/200")).await.unwrap();
    assert_eq!((receipt.status.as_str(), receipt.said.as_deref()), ("200 OK", Some("taken as 7")));
    let silent = send(&format!("{address}/202")).await.unwrap();
    assert_eq!((silent.status.as_str(), silent.said), ("202 Accepted", None));
    let echo = send(&format!("{address}/t0ken-of-400/400")).await.unwrap_err().to_string();
    assert!(echo.ends_with("it answered 400 Bad Request"), "{echo}");
}

#[tokio::test]
async fn a_receiver_that_took_it_and_never_ends_its_answer_keeps_nobody() {
    let (address, _) = server().await;
    let begun = std::time::Instant::now();
    let receipt = send(&format!("{address}/drip")).await.unwrap();
    assert_eq!(receipt.said.as_deref(), Some("well,"));
    assert!(begun.elapsed().as_secs() < 10);
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
