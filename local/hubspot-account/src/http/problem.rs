//! The vendor's error body.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::limits::Policy;
use crate::catalog::ObjectType;
use crate::moment;
use crate::search::Refusal;

/// An error as the vendor answers it.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    message: String,
    /// Further fields: `category`, `errors`, `context`, …
    fields: Map<String, Value>,
    retry_after: Option<u64>,
    /// A front end answers, in HTML.
    page: bool,
}

/// An id like those the vendor's support asks for; it differs from request to request.
pub fn correlation_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let n = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!(
        "{:08x}-{:04x}-7{:03x}-9{:03x}-{:012x}",
        spread >> 32,
        spread >> 16 & 0xffff,
        n >> 12 & 0xfff,
        n & 0xfff,
        spread & 0xffff_ffff_ffff
    )
}

impl Problem {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), fields: Map::new(), retry_after: None, page: false }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    pub fn category(self, category: &str) -> Self {
        self.with("category", category)
    }

    pub fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).category("VALIDATION_ERROR")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "resource not found").category("OBJECT_NOT_FOUND")
    }

    pub fn unknown_type(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("Unable to infer object type from: {name}"))
    }

    pub fn not_authenticated() -> Self {
        let message = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can \
                       find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
        Self::new(StatusCode::UNAUTHORIZED, message).category("INVALID_AUTHENTICATION")
    }

    /// The token ended at `end`.
    pub fn expired(now: i64, end: i64) -> Self {
        let ago = now.saturating_sub(end) / 1_000;
        let message = format!("The OAuth token used to make this call expired {ago} second(s) ago.");
        Self::new(StatusCode::UNAUTHORIZED, message)
            .category("EXPIRED_AUTHENTICATION")
            .with("context", json!({ "expire time": [moment::vendor(end)] }))
    }

    pub fn missing_scope(scope: &str) -> Self {
        let message = "This app hasn't been granted all required scopes to make this call. Read more about required \
                       scopes here: https://developers.hubspot.com/scopes.";
        let errors = json!([{
            "message": "One or more of the following scopes are required.",
            "context": { "requiredGranularScopes": [scope] },
        }]);
        Self::new(StatusCode::FORBIDDEN, message)
            .with("errors", errors)
            .with("links", json!({ "scopes": "https://developers.hubspot.com/scopes" }))
            .category("MISSING_SCOPES")
    }

    pub fn limited(policy: Policy, status: StatusCode) -> Self {
        let name = policy.name();
        Self::new(status, format!("You have reached your {} limit.", name.to_lowercase()))
            .with("errorType", "RATE_LIMIT")
            .with("policyName", name)
    }

    pub fn uri_too_long() -> Self {
        Self { page: true, ..Self::new(StatusCode::URI_TOO_LONG, "Request-URI Too Large") }
    }

    /// A failure on the vendor's side: 502 as a page of the front end, 503 as JSON.
    pub fn outage(nth: u64) -> Self {
        if nth.is_multiple_of(2) {
            return Self { page: true, ..Self::new(StatusCode::BAD_GATEWAY, "Bad gateway") };
        }
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service is temporarily unavailable")
    }

    /// A failure of this portal itself, which is logged since the client cannot mend it.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the simulated portal failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(format!("{error:#}"))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::Invalid(message) => Self::validation(message),
            Refusal::BeyondTheCap => Self::validation(refusal.to_string()),
            Refusal::UnknownProperty(name, _) => {
                let error =
                    json!([{ "message": refusal.to_string(), "context": { "propertyName": [name] } }]);
                Self::validation("There was a problem with the request.").with("errors", error)
            }
            Refusal::Store(error) => Self::internal(format!("{error:#}")),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (body, kind) = if self.page {
            let title = format!("{} {}", self.status.as_u16(), self.message);
            (format!("<html><head><title>{title}</title></head><body>{title}</body></html>"), "text/html")
        } else {
            let mut body =
                json!({ "status": "error", "message": self.message, "correlationId": correlation_id() });
            if let Some(object) = body.as_object_mut() {
                object.extend(self.fields);
            }
            (body.to_string(), "application/json;charset=utf-8")
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a batch says of ids it does not find.
pub fn missing_ids(object: &ObjectType, ids: &[String]) -> Value {
    let message = format!(
        "Could not get some {} objects, they may be deleted or not exist. Check that ids are valid.",
        object.shouted
    );
    json!({
        "status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": { "ids": ids },
    })
}

/// Any path the portal does not serve.
pub async fn no_such_path() -> Problem {
    Problem::not_found()
}
