//! The token endpoint of OAuth.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forebay_simulation::form::query_map;
use serde_json::json;

use super::problem::{Problem, correlation_id};
use crate::account::Account;
use crate::moment::machine_ms;

/// `POST /oauth/v1/token`, with the `refresh_token` grant.
pub async fn issue(State(account): State<Arc<Account>>, headers: HeaderMap, body: String) -> Response {
    let response = answer(&account, &headers, &body);
    account.counters.count("token", response.status());
    response
}

fn answer(account: &Account, headers: &HeaderMap, body: &str) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type").into_response();
    }
    let form = query_map(body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let credentials = account.credentials();
    if field("grant_type") != "refresh_token" {
        return refuse("BAD_GRANT_TYPE", "missing or unknown grant type");
    }
    if field("client_id") != credentials.client_id {
        return refuse("BAD_CLIENT_ID", "missing or unknown client id");
    }
    if field("client_secret") != credentials.client_secret {
        return refuse("BAD_CLIENT_SECRET", "missing or invalid client secret");
    }
    if field("refresh_token") != credentials.refresh_token {
        return refuse("BAD_REFRESH_TOKEN", "missing or invalid refresh token");
    }
    match account.tokens.issue(machine_ms()) {
        Ok(token) => Json(json!({
            "token_type": "bearer",
            "refresh_token": credentials.refresh_token,
            "access_token": token,
            "expires_in": account.tokens.life_seconds(),
        }))
        .into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}

fn refuse(status: &str, message: &str) -> Response {
    let body = json!({ "status": status, "message": message, "correlationId": correlation_id() });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
