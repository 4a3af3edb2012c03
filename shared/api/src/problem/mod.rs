//! Errors as RFC 9457 problem details. A detail names the field, the shape of the value, what was
//! expected and what to do; never the value.

mod channel;
mod from;
mod kind;

pub use kind::ProblemKind;

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem, ready to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub detail: String,
    pub retry_after: Option<Duration>,
}

/// Problem details for HTTP APIs (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Names the kind of problem: `urn:forebay:problem:` and a stable word.
    #[serde(rename = "type")]
    #[schema(example = "urn:forebay:problem:not-found")]
    pub type_uri: String,
    /// The kind in words; the same for every problem of the type.
    #[schema(example = "There is no such thing")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened this time, and what to do.
    #[schema(example = "source `netsuite` was not found; GET /api/v1/sources lists the sources there are")]
    pub detail: String,
}

impl Problem {
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after: None }
    }

    pub fn not_found(what: &str, advice: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("{what} was not found; {advice}"))
    }

    pub fn view(&self) -> ProblemView {
        ProblemView {
            type_uri: self.kind.type_uri(),
            title: self.kind.title().into(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.kind.status();
        let body = serde_json::to_vec(&self.view()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"forebay\""));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}
