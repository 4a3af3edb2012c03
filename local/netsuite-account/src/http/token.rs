//! The token endpoint of OAuth 2.0 machine-to-machine.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::account::Account;
use crate::auth::{AssertionError, Expected, TOKEN_PATH, query_map, verify_assertion};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `POST /services/rest/auth/oauth2/v1/token`.
pub async fn issue(State(account): State<Arc<Account>>, headers: HeaderMap, body: String) -> Response {
    let response = answer(&account, &headers, &body);
    account.counters.count("token", response.status());
    response
}

fn answer(account: &Account, headers: &HeaderMap, body: &str) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return refuse("invalid_request");
    }
    let form = query_map(body);
    let field = |name: &str| form.get(name).map(String::as_str);
    if field("grant_type") != Some("client_credentials") {
        return refuse("unsupported_grant_type");
    }
    if field("client_assertion_type") != Some(ASSERTION_TYPE) {
        return refuse("invalid_request");
    }
    let Some(assertion) = field("client_assertion") else { return refuse("invalid_request") };
    let audiences: Vec<String> = account.public_urls().map(|base| format!("{base}{TOKEN_PATH}")).collect();
    let expected = Expected {
        client_id: &account.credentials.client_id,
        audiences: &audiences,
        keys: &account.keys,
        now: account.now(),
    };
    if let Err(error) = verify_assertion(assertion, &expected) {
        tracing::info!(%error, "token refused");
        return refuse(AssertionError::code(&error));
    }
    match account.tokens.issue(account.now()) {
        // The vendor sends the lifetime as a string.
        Ok(token) => Json(json!({
            "access_token": token,
            "expires_in": account.tokens.life().to_string(),
            "token_type": "Bearer",
        }))
        .into_response(),
        Err(error) => {
            tracing::error!(%error, "no token could be made");
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "server_error" }))).into_response()
        }
    }
}

fn refuse(code: &str) -> Response {
    let status = if code == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    (status, Json(json!({ "error": code }))).into_response()
}
