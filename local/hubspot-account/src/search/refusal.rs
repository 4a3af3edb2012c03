//! Why a search is refused.

use thiserror::Error;

/// A search the vendor answers with 400, or a failure of this portal.
#[derive(Debug, Error)]
pub enum Refusal {
    #[error("{0}")]
    Invalid(String),
    /// A filter or a sort names what is no property of the type.
    #[error("No property found with name '{0}' for object type '{1}'")]
    UnknownProperty(String, &'static str),
    #[error("There was a problem with the request.")]
    BeyondTheCap,
    #[error(transparent)]
    Store(#[from] anyhow::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
