//! The vendor's error body.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::suiteql::Refusal;

/// An error as the vendor answers it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    /// `o:errorPath`, `o:errorQueryParam`, `o:errorHeader` or `o:errorUrlPath`, and what it names.
    pub place: Option<(&'static str, String)>,
    pub challenge: bool,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), place: None, challenge: false }
    }

    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn at(mut self, key: &'static str, name: impl Into<String>) -> Self {
        self.place = Some((key, name.into()));
        self
    }

    pub fn query(detail: impl Into<String>, parameter: &str) -> Self {
        Self::bad_request("INVALID_PARAMETER", detail).at("o:errorQueryParam", parameter)
    }

    pub fn header(name: &str, detail: impl Into<String>) -> Self {
        Self::bad_request("INVALID_HEADER", detail).at("o:errorHeader", name)
    }

    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub fn login() -> Self {
        let detail = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at \
                      Setup > Users/Roles > User Management > View Login Audit Trail.";
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "INVALID_LOGIN", detail);
        problem.challenge = true;
        problem
    }

    pub fn concurrency(status: StatusCode) -> Self {
        Self::new(status, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.")
    }

    pub fn unexpected(id: &str) -> Self {
        let detail = format!("An unexpected error occurred. Error ID: {id}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "UNEXPECTED_ERROR", detail)
    }

    /// A failure of this account itself, which is logged since the client cannot mend it.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the simulated account failed");
        Self::unexpected("forebay-internal")
    }
}

fn section(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
        401 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2",
        403 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4",
        404 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5",
        405 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.6",
        415 => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.16",
        429 => "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
        _ => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.1",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut detail = json!({ "detail": self.detail, "o:errorCode": self.code });
        if let (Some((key, name)), Some(object)) = (self.place, detail.as_object_mut()) {
            object.insert(key.to_owned(), name.into());
        }
        let body = json!({
            "type": section(self.status),
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "o:errorDetails": [detail],
        });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/vnd.oracle.resource+json; type=error; charset=UTF-8"),
        );
        if self.challenge {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(_) => Self::query(refusal.to_string(), "q"),
            Refusal::Unexpected => Self::unexpected("forebay-suiteql"),
            Refusal::Store(reason) => Self::internal(reason),
        }
    }
}

/// Any path the account does not serve.
pub async fn no_such_path(uri: Uri) -> Problem {
    Problem::not_found("INVALID_URL", "The requested resource does not exist.")
        .at("o:errorUrlPath", uri.path())
}
