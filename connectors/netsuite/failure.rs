//! Why a call failed, finer than [`SourceError`]: discovery and reading still have questions of their own
//! before the engine hears of it.

use std::time::Duration;

use forebay_model::StreamName;
use forebay_ports::{PortError, SourceError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    Throttled {
        detail: String,
        retry_after: Option<Duration>,
    },
    Transient {
        detail: String,
    },
    Unauthorized {
        detail: String,
    },
    /// The role may not use this record type or this feature.
    NotPermitted {
        detail: String,
    },
    NotFound {
        detail: String,
    },
    /// The query names something that SuiteQL does not know; `name` where the answer says which.
    UnknownColumn {
        name: Option<String>,
        detail: String,
    },
    /// 500 UNEXPECTED_ERROR: an outage, or a column that SuiteQL cannot read.
    Unexpected {
        detail: String,
    },
    /// The request is wrong and will stay wrong.
    Refused {
        detail: String,
    },
    Misconfigured {
        detail: String,
    },
    /// The answer contradicts itself.
    Contradiction {
        evidence: String,
    },
}

impl Failure {
    /// Whether the same request may succeed when it is sent again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Transient { .. })
    }

    /// Where no column and no resource is to blame for a 500.
    pub fn outage(self) -> Self {
        match self {
            Self::Unexpected { detail } => Self::Transient { detail },
            other => other,
        }
    }

    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// For the engine, where a stream was being read.
    pub fn of_stream(self, stream: &StreamName) -> SourceError {
        let stream = stream.clone();
        match self {
            Self::NotPermitted { detail } | Self::NotFound { detail } => {
                SourceError::Forbidden { stream, detail }
            }
            Self::UnknownColumn { name: Some(name), detail } => {
                SourceError::RejectedColumns { stream, columns: vec![name], detail }
            }
            Self::Contradiction { evidence } => SourceError::Contradiction { stream, evidence },
            Self::UnknownColumn { name: None, detail } | Self::Refused { detail } => {
                let evidence = format!("NetSuite refuses the query that reads it: {detail}");
                SourceError::Contradiction { stream, evidence }
            }
            other => other.of_source(),
        }
    }

    /// For the engine, where no single stream is meant.
    pub fn of_source(self) -> SourceError {
        match self {
            Self::Throttled { detail, retry_after } => SourceError::Throttled { detail, retry_after },
            Self::Transient { detail } | Self::Unexpected { detail } => SourceError::Transient { detail },
            Self::Unauthorized { detail } | Self::NotPermitted { detail } => {
                SourceError::Unauthorized { detail }
            }
            Self::Misconfigured { detail } => SourceError::Misconfigured { detail },
            Self::NotFound { detail } | Self::Refused { detail } | Self::UnknownColumn { detail, .. } => {
                SourceError::Misconfigured {
                    detail: format!(
                        "the address answers, but not as NetSuite does; check 'base_url' ({detail})"
                    ),
                }
            }
            Self::Contradiction { evidence } => SourceError::Transient {
                detail: format!("{evidence}; if it stays so, check that 'base_url' leads to NetSuite"),
            },
        }
    }

    /// A secret that could not be fetched. Port errors name secrets and never hold one.
    pub fn of_secret(purpose: &str, error: PortError) -> Self {
        let detail = format!("secret '{purpose}': {error}");
        match error {
            PortError::Throttled { retry_after, .. } => Self::Throttled { detail, retry_after },
            PortError::Transient { .. } | PortError::Conflict { .. } | PortError::Full { .. } => {
                Self::Transient { detail }
            }
            PortError::NotFound { .. } => {
                Self::Misconfigured { detail: format!("{detail}; store it in the vault under this name") }
            }
            PortError::Unauthorized { .. } => {
                Self::Misconfigured { detail: format!("{detail}; let the app's identity read secrets") }
            }
            PortError::Misconfigured { .. } | PortError::Rejected { .. } => Self::Misconfigured { detail },
        }
    }
}
