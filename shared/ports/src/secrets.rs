//! Secrets by name.

use std::fmt;

use async_trait::async_trait;

use crate::error::PortError;

/// A secret and the version it has. Never printed, never serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    /// The vault's version, so that a rotated secret is seen to differ.
    pub version: String,
}

impl Secret {
    pub fn new(value: impl Into<String>, version: impl Into<String>) -> Self {
        Self { value: value.into(), version: version.into() }
    }

    /// The secret itself. Keep it no longer than the call that needs it.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(***, version {})", self.version)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Guarantees: the newest version; an unknown name is `NotFound` and the message names it; no message
/// holds a value.
#[async_trait]
pub trait SecretStore: Send + Sync {
    async fn get(&self, name: &str) -> Result<Secret, PortError>;

    /// As `get`, past anything remembered: the source refused what `get` gave.
    async fn refetch(&self, name: &str) -> Result<Secret, PortError> {
        self.get(name).await
    }
}
