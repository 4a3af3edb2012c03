//! What every vendor request passes: login, the concurrency limit and ordered faults.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::counters::endpoint;
use super::faults::{Before, spoil};
use super::problem::Problem;
use crate::account::Account;
use crate::auth::{SignedRequest, verify_signature};

/// Requests in flight against the account's limit.
pub struct Gate {
    limit: usize,
    in_flight: AtomicUsize,
    highest: AtomicUsize,
}

/// A place among the requests in flight; leaving is dropping it.
struct Place<'g>(&'g Gate);

impl Gate {
    pub fn new(limit: usize) -> Self {
        Self { limit, in_flight: AtomicUsize::new(0), highest: AtomicUsize::new(0) }
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The most requests that were in flight at once.
    pub fn highest(&self) -> usize {
        self.highest.load(Ordering::Relaxed)
    }

    fn enter(&self) -> Option<Place<'_>> {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        let place = Place(self);
        if now > self.limit {
            return None;
        }
        self.highest.fetch_max(now, Ordering::Relaxed);
        Some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The middleware around every vendor endpoint but the token's.
pub async fn guard(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    let endpoint = endpoint(request.uri().path());
    let response = admit(&account, request, next).await;
    account.counters.count(endpoint, response.status());
    response
}

async fn admit(account: &Account, request: Request, next: Next) -> Response {
    if let Err(problem) = login(account, &request) {
        return problem.into_response();
    }
    let Some(_place) = account.gate.enter() else {
        return Problem::concurrency(StatusCode::TOO_MANY_REQUESTS).into_response();
    };
    let slow = account.faults.delay();
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
    match account.faults.before() {
        Before::Pass => {}
        Before::Throttle(status) => return Problem::concurrency(status).into_response(),
        Before::Fail => return Problem::unexpected("forebay-ordered-fault").into_response(),
    }
    // Browsers and some HTTP clients send "*", which the vendor refuses.
    if request.headers().get(header::ACCEPT_LANGUAGE).is_some_and(|v| v == "*") {
        let detail = "The request header 'Accept-Language' is invalid. Provide a supported language.";
        return Problem::header("Accept-Language", detail).into_response();
    }
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }
    match account.faults.after() {
        None => response,
        Some(damage) => spoil(response, damage).await,
    }
}

fn login(account: &Account, request: &Request) -> Result<(), Problem> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        let valid = account.tokens.is_valid(rest.trim(), account.now());
        return if valid { Ok(()) } else { Err(Problem::login()) };
    }
    if scheme.eq_ignore_ascii_case("oauth") {
        let signed = SignedRequest {
            header: rest,
            method: request.method().as_str(),
            urls: &signed_urls(account, request.headers(), request.uri().path()),
            query: request.uri().query().unwrap_or(""),
            now: account.now(),
        };
        return verify_signature(&signed, &account.credentials, &account.nonces).map_err(|error| {
            tracing::debug!(%error, "signature refused");
            Problem::login()
        });
    }
    Err(Problem::login())
}

fn signed_urls(account: &Account, headers: &HeaderMap, path: &str) -> Vec<String> {
    let mut urls: Vec<String> = account.public_urls().map(|base| format!("{base}{path}")).collect();
    if let Some(host) = headers.get(header::HOST).and_then(|v| v.to_str().ok()) {
        urls.push(format!("http://{}{path}", host.to_lowercase()));
    }
    urls
}
