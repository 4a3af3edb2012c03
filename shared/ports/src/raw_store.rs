//! Where raw pages land.

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::PortError;

/// What a write found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landed {
    Created,
    /// The name was taken; its bytes are untouched. Names follow from content, so they are these bytes.
    AlreadyThere,
}

/// Immutable objects by name.
///
/// Guarantees: a name has all its bytes or does not exist, also after a kill in the middle of a write;
/// a write to a taken name changes nothing and says `AlreadyThere`; when `put` returns, the object is
/// durable; `get` of an unknown name is `NotFound`; a name cannot leave the store (`..` and absolute
/// names are `Rejected`).
#[async_trait]
pub trait RawStore: Send + Sync {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<Landed, PortError>;

    async fn get(&self, name: &str) -> Result<Bytes, PortError>;

    /// Names that start with `prefix`, in order, at most `limit`, after `after`.
    async fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError>;
}
