//! Errors of stores, named by what the caller does next.

use std::time::Duration;

/// Why a store, a broker or a vault did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Nothing was changed; try again, after the given time where one is known.
    #[error("{service} is busy: {detail}")]
    Throttled { service: &'static str, detail: String, retry_after: Option<Duration> },
    /// It may work in a moment: a lost connection, a time-out, a failover.
    #[error("{service} failed for now: {detail}")]
    Transient { service: &'static str, detail: String },
    /// The identity is not allowed; a person must grant it.
    #[error("{service} refused the identity: {detail}")]
    Unauthorized { service: &'static str, detail: String },
    /// No such thing.
    #[error("{what} was not found")]
    NotFound { what: String },
    /// Somebody else changed it first; read it again.
    #[error("{what} was changed by another writer")]
    Conflict { what: String },
    /// No room is left; nothing was kept of the write.
    #[error("{service} has no room left: {detail}; free space, then the work goes on where it stopped")]
    Full { service: &'static str, detail: String },
    /// A setting is missing or wrong; names the setting.
    #[error("{service} is misconfigured: {detail}")]
    Misconfigured { service: &'static str, detail: String },
    /// The request itself cannot be served, however often it is sent.
    #[error("{service} rejected the request: {detail}")]
    Rejected { service: &'static str, detail: String },
}

impl PortError {
    /// Whether the fault lies in what was asked, not in the service: the next page may well succeed.
    pub fn concerns_one_page(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::NotFound { .. })
    }

    /// Whether sending the same again later can succeed without a person's help.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Throttled { .. } | Self::Transient { .. } | Self::Conflict { .. } | Self::Full { .. }
        )
    }
}
