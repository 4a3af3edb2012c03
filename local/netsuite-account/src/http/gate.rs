//! What every vendor request passes: login, the concurrency limit and ordered faults.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use forebay_simulation::{Fault, disturbed};

use super::counters::endpoint;
use super::problem::Problem;
use crate::account::Account;
use crate::auth::{SignedRequest, verify_signature};

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
    disturbed(account, refused, answer(request, next)).await
}

/// Browsers and some HTTP clients send "*", which the vendor refuses.
async fn answer(request: Request, next: Next) -> Response {
    if request.headers().get(header::ACCEPT_LANGUAGE).is_some_and(|v| v == "*") {
        let detail = "The request header 'Accept-Language' is invalid. Provide a supported language.";
        return Problem::header("Accept-Language", detail).into_response();
    }
    next.run(request).await
}

/// The vendor documents no `Retry-After`; only an order adds it.
fn refused(fault: Fault) -> Response {
    let Fault::Throttled { status, retry_after } = fault else {
        return Problem::unexpected("forebay-ordered-fault").into_response();
    };
    let mut response = Problem::concurrency(status).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
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
