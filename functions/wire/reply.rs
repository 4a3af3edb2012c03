//! Replies the host understands. It waits until the function's timeout on an empty body, so none is
//! ever sent; a status other than 2xx is a failed invocation, whose body and logs it drops.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The invocation succeeded; `logs` appear in the host's log.
pub fn success(logs: Vec<String>) -> Response {
    reply(StatusCode::OK, &logs)
}

/// The invocation failed; the host tries again where the function has a retry policy.
pub fn failure(reason: &str) -> Response {
    reply(StatusCode::INTERNAL_SERVER_ERROR, &[reason.to_owned()])
}

fn reply(status: StatusCode, logs: &[String]) -> Response {
    let body = json!({ "Outputs": {}, "Logs": logs, "ReturnValue": null }).to_string();
    (status, [(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
