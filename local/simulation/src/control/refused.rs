//! Why the control plane does not do what it is asked.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A refusal, by who has to mend it.
#[derive(Debug)]
pub enum Refused {
    /// Whoever asked: 400.
    Wrong(String),
    /// This account: 500.
    Failed(anyhow::Error),
}

impl Refused {
    pub fn wrong(reason: impl std::fmt::Display) -> Self {
        Self::Wrong(reason.to_string())
    }
}

impl<E: Into<anyhow::Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Wrong(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
            Self::Failed(error) => {
                tracing::error!(error = %format!("{error:#}"), "the control plane failed");
                (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
            }
        }
    }
}
