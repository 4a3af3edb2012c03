//! The vendor's error body: a list of one.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::soql::Refusal;

/// An error as the vendor answers it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    /// Without a code the body is empty.
    pub code: &'static str,
    pub message: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
    }

    pub fn quota() -> Self {
        Self::new(StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    }

    /// The refusals an order of `throttle` asks for: by status, as the vendor's front ends give them.
    pub fn throttled(status: StatusCode) -> Self {
        let concurrent = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
        match status.as_u16() {
            406 | 420 => Self::new(status, "", ""),
            500 => Self::unexpected(),
            503 => Self::new(
                status,
                "SERVER_UNAVAILABLE",
                "The server is temporarily unavailable. Try again later.",
            ),
            _ => Self::new(status, "REQUEST_LIMIT_EXCEEDED", concurrent),
        }
    }

    pub fn unexpected() -> Self {
        let message = "An unexpected error occurred. Please include this ErrorId if you contact support: \
                       1234567890-12345 (123456789)";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN_EXCEPTION", message)
    }

    /// The error as JSON; null where the vendor's body is empty.
    pub fn body(&self) -> Value {
        if self.code.is_empty() {
            return Value::Null;
        }
        json!([{ "message": self.message, "errorCode": self.code }])
    }

    /// A failure of this org itself.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the simulated org failed");
        Self::unexpected()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = if self.code.is_empty() { Body::empty() } else { Body::from(self.body().to_string()) };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !self.code.is_empty() {
            let kind = HeaderValue::from_static("application/json;charset=UTF-8");
            headers.insert(header::CONTENT_TYPE, kind);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Token"));
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Query { code, message } => Self::bad_request(code, message),
            Refusal::Store(reason) => Self::internal(reason),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(error)
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(format!("{error:#}"))
    }
}

/// Any path the org does not serve.
pub async fn no_such_path() -> Problem {
    Problem::not_found()
}

/// A path that is served, and not by this method.
pub async fn no_such_method(request: Request) -> Problem {
    let message = format!("HTTP Method '{}' not allowed. Allowed are GET,HEAD", request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}

/// Runs blocking work off the async threads.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
