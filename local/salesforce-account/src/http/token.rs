//! The token endpoint: client credentials, and the JWT bearer flow.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebay_simulation::form::query_map;
use serde_json::{Value, json};

use crate::auth::{Expected, verify_assertion};
use crate::org::Org;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Why no session is given: the vendor's code and description.
struct Refused(&'static str, String);

/// `POST /services/oauth2/token`.
pub async fn issue(State(org): State<Arc<Org>>, headers: HeaderMap, body: String) -> Response {
    let response = match answer(&org, &headers, &query_map(&body)) {
        Ok(answer) => Json(answer).into_response(),
        Err(Refused(code, description)) => {
            let body = json!({ "error": code, "error_description": description });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    };
    org.counters.count("token", response.status());
    response
}

fn answer(org: &Org, headers: &HeaderMap, form: &BTreeMap<String, String>) -> Result<Value, Refused> {
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let jwt = match field("grant_type") {
        "client_credentials" => {
            check_client(org, headers, field("client_id"), field("client_secret"))?;
            false
        }
        JWT_BEARER => {
            let audiences = [org.credentials.base_url.as_str(), "https://login.salesforce.com"];
            let expected = Expected {
                client_id: &org.credentials.client_id,
                username: &org.credentials.username,
                audiences: &audiences,
                key: &org.key,
                now: org.now() / 1_000,
            };
            verify_assertion(field("assertion"), &expected).map_err(|e| Refused(e.code(), e.to_string()))?;
            true
        }
        _ => return Err(Refused("unsupported_grant_type", "grant type not supported".to_owned())),
    };
    session(org, jwt)
}

fn check_client(org: &Org, headers: &HeaderMap, id: &str, secret: &str) -> Result<(), Refused> {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Basic "))
        .and_then(|v| STANDARD.decode(v).ok())
        .and_then(|v| String::from_utf8(v).ok());
    let (id, secret) = basic.as_deref().and_then(|pair| pair.split_once(':')).unwrap_or((id, secret));
    if id != org.credentials.client_id {
        return Err(Refused("invalid_client_id", "client identifier invalid".to_owned()));
    }
    if secret != org.credentials.client_secret {
        return Err(Refused("invalid_client", "invalid client credentials".to_owned()));
    }
    Ok(())
}

/// There is no `expires_in`: clients learn of the end from a 401.
fn session(org: &Org, jwt: bool) -> Result<Value, Refused> {
    let failed = |error: anyhow::Error| {
        tracing::error!(%error, "no session could be made");
        Refused("server_error", "unknown_error".to_owned())
    };
    let token = org.tokens.issue(org.now() / 1_000).map_err(failed)?;
    let c = &org.credentials;
    let mut answer = json!({
        "access_token": token,
        "scope": "api",
        "instance_url": c.base_url,
        "id": format!("{}/id/{}/{}", c.base_url, c.organization_id, c.user_id),
        "token_type": "Bearer",
    });
    if let (false, Some(object)) = (jwt, answer.as_object_mut()) {
        object.insert("issued_at".to_owned(), org.now().to_string().into());
    }
    Ok(answer)
}
