//! Why a call failed, finer than [`SourceError`]: discovery and reading still have questions of their own
//! before the engine hears of it.

use std::time::Duration;

use forebay_model::StreamName;
use forebay_ports::{Answer, Paused, PortError, SourceError};

use crate::http::{Failed, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    Throttled {
        detail: String,
        retry_after: Option<Duration>,
    },
    Transient {
        detail: String,
        retry_after: Option<Duration>,
    },
    Unauthorized {
        detail: String,
    },
    /// The app lacks scopes; the detail names them.
    NotPermitted {
        detail: String,
    },
    NotFound {
        detail: String,
    },
    /// The request names properties that the portal does not have.
    UnknownProperties {
        detail: String,
    },
    /// The address is longer than the server reads.
    TooLong {
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
    /// For the engine, where a stream was being read.
    pub fn of_stream(self, stream: &StreamName) -> SourceError {
        let stream = stream.clone();
        match self {
            Self::NotPermitted { detail } | Self::NotFound { detail } => {
                SourceError::Forbidden { stream, detail }
            }
            Self::Contradiction { evidence } => SourceError::Contradiction { stream, evidence },
            Self::UnknownProperties { detail } | Self::TooLong { detail } | Self::Refused { detail } => {
                let evidence = format!("HubSpot refuses the request that reads it: {detail}");
                SourceError::Contradiction { stream, evidence }
            }
            other => other.of_source(),
        }
    }

    /// For the engine, where no single stream is meant.
    pub fn of_source(self) -> SourceError {
        match self {
            Self::Throttled { detail, retry_after } => SourceError::Throttled { detail, retry_after },
            Self::Transient { detail, .. } => SourceError::Transient { detail },
            Self::Unauthorized { detail } | Self::NotPermitted { detail } => {
                SourceError::Unauthorized { detail }
            }
            Self::Misconfigured { detail } => SourceError::Misconfigured { detail },
            Self::NotFound { detail }
            | Self::Refused { detail }
            | Self::TooLong { detail }
            | Self::UnknownProperties { detail } => SourceError::Misconfigured {
                detail: format!("the address answers, but not as HubSpot does; check 'base_url' ({detail})"),
            },
            Self::Contradiction { evidence } => SourceError::Transient {
                detail: format!("{evidence}; if it stays so, check that 'base_url' leads to HubSpot"),
            },
        }
    }

    /// A secret that could not be fetched. Port errors name secrets and never hold one.
    pub fn of_secret(purpose: &str, error: PortError) -> Self {
        let detail = format!("secret '{purpose}': {error}");
        match error {
            PortError::Throttled { retry_after, .. } => Self::Throttled { detail, retry_after },
            PortError::Transient { .. } | PortError::Conflict { .. } | PortError::Full { .. } => {
                Self::Transient { detail, retry_after: None }
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

impl From<Paused> for Failure {
    fn from(paused: Paused) -> Self {
        Self::Throttled { detail: paused.to_string(), retry_after: Some(paused.wait) }
    }
}

impl Failed for Failure {
    fn verdict(&self, _attempt: u32) -> Verdict {
        match self {
            Self::Throttled { retry_after, .. } | Self::Transient { retry_after, .. } => {
                Verdict::Again { asked: *retry_after }
            }
            Self::Unauthorized { .. } => Verdict::Renew,
            Self::Contradiction { .. } => Verdict::Reread,
            _ => Verdict::GiveUp,
        }
    }

    fn answer(&self) -> Answer {
        match self {
            Self::Throttled { detail, retry_after } => {
                Answer::Throttled { retry_after: *retry_after, detail: detail.clone() }
            }
            Self::Transient { detail, .. } => Answer::Failed { detail: detail.clone() },
            Self::Unauthorized { detail } => Answer::Unauthorized { detail: detail.clone() },
            _ => Answer::Fine,
        }
    }

    fn after(self, attempts: u32) -> Self {
        let add = |detail: String| {
            if attempts > 1 { format!("{detail} (after {attempts} attempts)") } else { detail }
        };
        match self {
            Self::Throttled { detail, retry_after } => Self::Throttled { detail: add(detail), retry_after },
            Self::Transient { detail, retry_after } => Self::Transient { detail: add(detail), retry_after },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_scope_costs_the_stream_and_not_the_source() {
        let stream = StreamName::new("deals").unwrap();
        let failure = Failure::NotPermitted { detail: "add crm.objects.deals.read".into() };
        assert!(matches!(failure.of_stream(&stream), SourceError::Forbidden { .. }));
    }

    #[test]
    fn a_passing_failure_says_how_often_it_was_tried() {
        let failure = Failure::Transient { detail: "HTTP 502".into(), retry_after: None };
        let Failure::Transient { detail, .. } = failure.clone().after(8) else { panic!() };
        assert_eq!(detail, "HTTP 502 (after 8 attempts)");
        assert_eq!(failure.clone().after(1), failure);
    }
}
