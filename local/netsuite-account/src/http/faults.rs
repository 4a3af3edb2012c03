//! Faults ordered through the control plane, each spent on the requests that come next.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

/// An order, as `POST /_control/faults` takes it. What is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    /// So many requests are refused with CONCURRENCY_LIMIT_EXCEEDED.
    pub throttle: Option<u32>,
    /// The status of those refusals: 429, or 400 as some of the vendor's paths answer.
    pub throttle_status: Option<u16>,
    /// So many requests are answered 500 UNEXPECTED_ERROR.
    pub server_errors: Option<u32>,
    /// So many answers break off with the connection.
    pub cut_connections: Option<u32>,
    /// So many answers end half-way, although HTTP says they are whole.
    pub truncate: Option<u32>,
    /// So many answers are an HTML page with status 200.
    pub invalid_json: Option<u32>,
    /// Every request takes this many milliseconds longer, until set to 0.
    pub slow_ms: Option<u64>,
    /// Ends every access token now.
    pub expire_tokens: Option<bool>,
    /// SuiteQL says that this table was not found.
    pub deny_table: Option<String>,
    /// SuiteQL finds no rows in this table.
    pub silence_table: Option<String>,
    /// Takes back both for this table.
    pub allow_table: Option<String>,
    /// SuiteQL says that this `table.column` is unknown.
    pub reject_column: Option<String>,
    /// Takes that back.
    pub allow_column: Option<String>,
    /// The account's clock runs ahead by this many seconds, or behind.
    pub clock_skew_seconds: Option<i64>,
    /// Column names come upper case, as after a release that changed their casing.
    pub upper_case_keys: Option<bool>,
}

/// What is still to be spent.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Pending {
    pub throttle: u32,
    pub throttle_status: Option<u16>,
    pub server_errors: u32,
    pub cut_connections: u32,
    pub truncate: u32,
    pub invalid_json: u32,
    pub slow_ms: u64,
    pub clock_skew_seconds: i64,
    pub upper_case_keys: bool,
}

/// The faults of an account.
#[derive(Default)]
pub struct Faults {
    pending: Mutex<Pending>,
}

/// What happens to a request before it is looked at.
pub enum Before {
    Pass,
    Throttle(StatusCode),
    Fail,
}

/// What happens to a good answer.
pub enum Damage {
    Cut,
    Truncate,
    Html,
}

fn spend(count: &mut u32) -> bool {
    let left = *count > 0;
    *count = count.saturating_sub(1);
    left
}

impl Faults {
    fn with<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        work(&mut self.pending.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn pending(&self) -> Pending {
        self.with(|p| p.clone())
    }

    pub fn reset(&self) {
        self.with(|p| *p = Pending::default());
    }

    /// Takes the parts of an order that are faults of transport and time.
    pub fn order(&self, order: &FaultOrder) {
        self.with(|p| {
            p.throttle = order.throttle.unwrap_or(p.throttle);
            p.throttle_status = order.throttle_status.or(p.throttle_status);
            p.server_errors = order.server_errors.unwrap_or(p.server_errors);
            p.cut_connections = order.cut_connections.unwrap_or(p.cut_connections);
            p.truncate = order.truncate.unwrap_or(p.truncate);
            p.invalid_json = order.invalid_json.unwrap_or(p.invalid_json);
            p.slow_ms = order.slow_ms.unwrap_or(p.slow_ms);
            p.clock_skew_seconds = order.clock_skew_seconds.unwrap_or(p.clock_skew_seconds);
            p.upper_case_keys = order.upper_case_keys.unwrap_or(p.upper_case_keys);
        });
    }

    /// Milliseconds to wait before a request is handled.
    pub fn delay(&self) -> u64 {
        self.with(|p| p.slow_ms)
    }

    pub fn skew(&self) -> i64 {
        self.with(|p| p.clock_skew_seconds)
    }

    pub fn upper_case_keys(&self) -> bool {
        self.with(|p| p.upper_case_keys)
    }

    pub fn before(&self) -> Before {
        self.with(|p| {
            if spend(&mut p.throttle) {
                let status = p.throttle_status.and_then(|s| StatusCode::from_u16(s).ok());
                return Before::Throttle(status.unwrap_or(StatusCode::TOO_MANY_REQUESTS));
            }
            if spend(&mut p.server_errors) { Before::Fail } else { Before::Pass }
        })
    }

    pub fn after(&self) -> Option<Damage> {
        self.with(|p| {
            if spend(&mut p.cut_connections) {
                return Some(Damage::Cut);
            }
            if spend(&mut p.truncate) {
                return Some(Damage::Truncate);
            }
            spend(&mut p.invalid_json).then_some(Damage::Html)
        })
    }
}

/// Damages a good answer.
pub async fn spoil(response: Response, damage: Damage) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let body = match damage {
        Damage::Cut => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
            let broken = async {
                // The half that is sent has to be on its way before the connection breaks.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "ordered fault"))
            };
            let sent = futures::stream::iter([Ok::<Bytes, std::io::Error>(half)]);
            Body::from_stream(sent.chain(futures::stream::once(broken)))
        }
        Damage::Truncate => {
            head.headers.remove(header::CONTENT_LENGTH);
            Body::from(half)
        }
        Damage::Html => {
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            Body::from(
                "<!DOCTYPE html><html><title>NetSuite - Notice</title><body>Our apologies.</body></html>",
            )
        }
    };
    Response::from_parts(head, body)
}
