use forebay_model::Instant;
use forebay_model::exclusion::Exclusion;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A time that is neither judged nor learned from, as its author writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusionRequest {
    /// Null or left out is every source.
    #[serde(default)]
    pub source: Option<String>,
    /// Null or left out is every stream of the source.
    #[serde(default)]
    pub stream: Option<String>,
    /// Its first moment: runs that begin then or later are excluded. It may be over.
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// The first moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    #[schema(example = "Christmas")]
    pub reason: String,
}

/// A time that is neither judged nor learned from: a holiday, stocktaking, a migration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Exclusion)]
pub struct ExclusionView {
    pub id: String,
    /// Null is every source.
    #[schema(required = true)]
    pub source: Option<String>,
    /// Null is every stream of the source.
    #[schema(required = true)]
    pub stream: Option<String>,
    /// Its first moment.
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// The first moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    pub reason: String,
    pub author: String,
    #[schema(value_type = String, format = DateTime)]
    pub created: Instant,
}

impl From<Exclusion> for ExclusionView {
    fn from(exclusion: Exclusion) -> Self {
        let Exclusion { id, source, stream, from, until, reason, author, created } = exclusion;
        let (source, stream) = (source.map(Into::into), stream.map(Into::into));
        Self { id, source, stream, from, until, reason, author, created }
    }
}
