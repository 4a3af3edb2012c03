//! What every vendor request passes: login, the day's quota, the concurrency limit and ordered faults.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use forebay_simulation::{Fault, disturbed};

use super::problem::Problem;
use crate::instant;
use crate::org::Org;

/// Bytes of path and query that the vendor's front end takes.
const LONGEST_URI: usize = 16_384;

/// The endpoint of a path, by a name that does not change.
fn endpoint(request: &Request) -> &'static str {
    let path = request.uri().path().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').skip(4).collect();
    match parts[..] {
        ["limits"] => "limits",
        ["limits", "recordCount"] => "recordCount",
        ["composite"] => "composite",
        ["sobjects"] => "sobjects",
        ["sobjects", _, "describe"] => "describe",
        ["sobjects", _, "deleted"] => "deleted",
        ["sobjects", _, "updated"] => "updated",
        ["sobjects", ..] => "record",
        ["query"] => "query",
        ["queryAll"] => "queryAll",
        ["query" | "queryAll", _] => "queryMore",
        ["jobs", "query"] if request.method() == "POST" => "bulk-create",
        ["jobs", "query"] => "bulk-list",
        ["jobs", "query", _] if request.method() == "DELETE" => "bulk-delete",
        ["jobs", "query", _] if request.method() == "PATCH" => "bulk-abort",
        ["jobs", "query", _] => "bulk-status",
        ["jobs", "query", _, "results"] => "bulk-results",
        _ => "other",
    }
}

/// Gives every answer the org's own Date.
pub async fn dated(State(org): State<Arc<Org>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(date) = HeaderValue::from_str(&instant::http(org.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The middleware around every data endpoint.
pub async fn guard(State(org): State<Arc<Org>>, request: Request, next: Next) -> Response {
    let endpoint = endpoint(&request);
    let response = admit(&org, request, next).await;
    org.counters.count(endpoint, response.status());
    response
}

async fn admit(org: &Org, request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|p| p.as_str().len() > LONGEST_URI) {
        return Problem::new(StatusCode::URI_TOO_LONG, "", "").into_response();
    }
    if !logged_in(org, &request) {
        return Problem::session().into_response();
    }
    let Some(used) = org.use_request() else { return Problem::quota().into_response() };
    let mut response = limited(org, request, next).await;
    let info = format!("api-usage={used}/{}", org.daily_requests);
    if let Ok(info) = HeaderValue::from_str(&info) {
        response.headers_mut().insert("Sforce-Limit-Info", info);
    }
    response
}

async fn limited(org: &Org, request: Request, next: Next) -> Response {
    let Some(_place) = org.gate.enter() else {
        return Problem::throttled(StatusCode::FORBIDDEN).into_response();
    };
    disturbed(org, refused, answer(request, next)).await
}

async fn answer(request: Request, next: Next) -> Response {
    if supported(request.uri().path()) {
        return next.run(request).await;
    }
    Problem::not_found().into_response()
}

fn refused(fault: Fault) -> Response {
    let Fault::Throttled { status, retry_after } = fault else {
        return Problem::unexpected().into_response();
    };
    let mut response = Problem::throttled(status).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn logged_in(org: &Org, request: &Request) -> bool {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known && org.tokens.is_valid(token.trim(), org.now() / 1_000)
}

/// Versions 31.0 to 66.0 are there.
fn supported(path: &str) -> bool {
    let version = path.split('/').nth(3).and_then(|v| v.strip_prefix('v')).and_then(|v| v.strip_suffix(".0"));
    version.and_then(|v| v.parse::<u32>().ok()).is_some_and(|v| (31..=66).contains(&v))
}
