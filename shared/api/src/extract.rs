//! From a request's parts to types, with problems for what does not fit.

use std::error::Error;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use forebay_model::TenantId;
use forebay_ports::Repository;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, ProblemKind};
use crate::router::MAX_BODY_BYTES;
use crate::state::ApiState;

pub(crate) type Shared = Arc<ApiState>;

/// Whose request it is, and the repository to answer it from. Everything a handler reads goes through
/// the tenant here.
pub struct Scope {
    pub tenant: TenantId,
    pub repository: Arc<dyn Repository>,
}

impl FromRequestParts<Shared> for Scope {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        let tenant = state.identity.tenant(&parts.headers)?;
        let repository = state.repository.repository().await?;
        Ok(Self { tenant, repository })
    }
}

/// Who sends the request, for what it writes.
pub struct Author(pub String);

impl FromRequestParts<Shared> for Author {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        state.identity.tenant(&parts.headers)?;
        Ok(Self(state.identity.author(&parts.headers)))
    }
}

/// Only whose request it is: for commands, which open what they need.
pub struct Tenant(pub TenantId);

impl FromRequestParts<Shared> for Tenant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        Ok(Self(state.identity.tenant(&parts.headers)?))
    }
}

/// The parameters in the address.
pub struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(path)) => Ok(Self(path)),
            Err(rejection) => Err(Problem::new(ProblemKind::InvalidPath, path_detail(&rejection))),
        }
    }
}

fn path_detail(rejection: &PathRejection) -> String {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return "the address lacks a parameter".into();
    };
    match error.kind() {
        ErrorKind::DeserializeError { key, message, .. } => format!("`{key}` in the address: {message}"),
        ErrorKind::InvalidUtf8InPathParam { key } => {
            format!("`{key}` in the address: bytes that are no UTF-8; percent-encode it as UTF-8")
        }
        ErrorKind::Message(message) => format!("in the address: {message}"),
        _ => "a parameter in the address has a shape that is not expected".into(),
    }
}

/// The parameters after the question mark.
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &Shared) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(query)| Self(query)).map_err(|rejection| {
            let cause = rejection.source().and_then(Error::source).or(rejection.source());
            let detail = cause.map_or_else(|| rejection.body_text(), ToString::to_string);
            Problem::new(ProblemKind::InvalidQuery, format!("query parameter {detail}"))
        })
    }
}

/// A body of JSON of any shape; the resource says what it expects in it.
pub struct JsonBody(pub serde_json::Value);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, state: &Shared) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                    ProblemKind::BodyTooLarge,
                    format!("the body is larger than {MAX_BODY_BYTES} bytes; send fewer items at a time"),
                ),
                _ => Problem::new(
                    ProblemKind::InvalidBody,
                    "the body could not be read to its end; send it again",
                ),
            })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let detail = format!(
                "a body of {} bytes is no JSON from line {}, column {} on; expected a JSON object",
                bytes.len(),
                error.line(),
                error.column()
            );
            Problem::new(ProblemKind::InvalidBody, detail)
        })
    }
}

/// A body of JSON of one type.
pub struct BodyOf<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for BodyOf<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, state: &Shared) -> Result<Self, Problem> {
        let JsonBody(value) = JsonBody::from_request(request, state).await?;
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| {
            let place = error.path().to_string();
            let place = if place == "." { "the body".to_owned() } else { format!("field `{place}`") };
            let detail = format!("{place}: {}", without_value(&error.inner().to_string()));
            Problem::new(ProblemKind::InvalidBody, detail)
        })
    }
}

/// What serde says, without the value or the name that it found.
fn without_value(message: &str) -> String {
    if message.starts_with("missing field") {
        return format!("{message}; add it");
    }
    let found = match message.split_once(' ').map(|(first, _)| first) {
        Some("unknown") => "a field or a variant that is not known",
        _ => "a value that does not fit",
    };
    match message.rfind(", expected ").or(message.rfind("expected ")) {
        Some(at) => format!("{found}; {}", message[at..].trim_start_matches(", ")),
        None => format!("{found}; GET /api/v1/openapi.json describes what does"),
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "the header Content-Type does not say application/json; send the body as JSON and say so";
    Err(Problem::new(ProblemKind::UnsupportedMediaType, detail))
}
