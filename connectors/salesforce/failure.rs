//! Why a call failed, finer than [`SourceError`]: discovery and reading still have questions of their own
//! before the engine hears of it.

use std::time::Duration;

use forebay_model::StreamName;
use forebay_ports::{Answer, Paused, PortError, SourceError};

use crate::http::{Failed, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Too many requests at once, or a pause for all that use the org.
    Throttled {
        detail: String,
        retry_after: Option<Duration>,
    },
    /// The org's requests of the last 24 hours are used up: soon repeating is pointless.
    Exhausted {
        detail: String,
    },
    /// Our own limit, below the org's.
    Quota {
        detail: String,
    },
    Transient {
        detail: String,
    },
    /// The token is no longer good; a new one may be.
    SessionEnded {
        detail: String,
    },
    /// The login was refused.
    Unauthorized {
        detail: String,
    },
    /// The user may not use this object or this feature.
    NotPermitted {
        detail: String,
    },
    NotFound {
        detail: String,
    },
    /// The query names a field that the user does not see; `name` where the answer says which.
    UnknownColumn {
        name: Option<String>,
        detail: String,
    },
    /// The request is wrong and will stay wrong; `code` is Salesforce's.
    Refused {
        code: String,
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

/// How long to leave an org alone whose day's requests are used up, or used as far as we may.
pub const EXHAUSTED_WAIT: Duration = Duration::from_secs(15 * 60);

impl Failure {
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
            Self::UnknownColumn { name: None, detail } | Self::Refused { detail, .. } => {
                let evidence = format!("Salesforce refuses the query that reads it: {detail}");
                SourceError::Contradiction { stream, evidence }
            }
            other => other.of_source(),
        }
    }

    /// For the engine, where no single stream is meant.
    pub fn of_source(self) -> SourceError {
        match self {
            Self::Throttled { detail, retry_after } => SourceError::Throttled { detail, retry_after },
            Self::Exhausted { detail } | Self::Quota { detail } => {
                SourceError::Throttled { detail, retry_after: Some(EXHAUSTED_WAIT) }
            }
            Self::Transient { detail } => SourceError::Transient { detail },
            Self::SessionEnded { detail } | Self::Unauthorized { detail } | Self::NotPermitted { detail } => {
                SourceError::Unauthorized { detail }
            }
            Self::Misconfigured { detail } => SourceError::Misconfigured { detail },
            Self::NotFound { detail } | Self::Refused { detail, .. } | Self::UnknownColumn { detail, .. } => {
                SourceError::Misconfigured {
                    detail: format!(
                        "the address answers, but not as a Salesforce org does; check 'base_url' and \
                         'api_version' ({detail})"
                    ),
                }
            }
            Self::Contradiction { evidence } => SourceError::Transient {
                detail: format!(
                    "{evidence}; if it stays so, check that 'base_url' leads to the org's My Domain"
                ),
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

    fn words(&mut self) -> &mut String {
        match self {
            Self::Throttled { detail, .. }
            | Self::Exhausted { detail }
            | Self::Quota { detail }
            | Self::Transient { detail }
            | Self::SessionEnded { detail }
            | Self::Unauthorized { detail }
            | Self::NotPermitted { detail }
            | Self::NotFound { detail }
            | Self::UnknownColumn { detail, .. }
            | Self::Refused { detail, .. }
            | Self::Misconfigured { detail } => detail,
            Self::Contradiction { evidence } => evidence,
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
            Self::Throttled { retry_after, .. } => Verdict::Again { asked: *retry_after },
            Self::Transient { .. } => Verdict::Again { asked: None },
            Self::SessionEnded { .. } | Self::Unauthorized { .. } => Verdict::Renew,
            Self::Contradiction { .. } => Verdict::Reread,
            _ => Verdict::GiveUp,
        }
    }

    fn answer(&self) -> Answer {
        match self {
            Self::Throttled { detail, retry_after } => {
                Answer::Throttled { retry_after: *retry_after, detail: detail.clone() }
            }
            Self::Exhausted { detail } => {
                Answer::Throttled { retry_after: Some(EXHAUSTED_WAIT), detail: detail.clone() }
            }
            Self::Transient { detail } => Answer::Failed { detail: detail.clone() },
            Self::Unauthorized { detail } => Answer::Unauthorized { detail: detail.clone() },
            // A session's end is routine, and our own quota is no word of the org's.
            _ => Answer::Fine,
        }
    }

    fn after(mut self, attempts: u32) -> Self {
        if attempts > 1 {
            let words = self.words();
            *words = format!("{words} (tried {attempts} times)");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_days_requests_are_not_asked_for_again_at_once() {
        let used_up = Failure::Exhausted { detail: "x".into() };
        assert_eq!(used_up.verdict(1), Verdict::GiveUp);
        assert!(matches!(used_up.answer(), Answer::Throttled { retry_after: Some(EXHAUSTED_WAIT), .. }));
        let quota = Failure::Quota { detail: "x".into() };
        assert_eq!((quota.verdict(1), quota.answer()), (Verdict::GiveUp, Answer::Fine));
        assert!(matches!(quota.of_source(), SourceError::Throttled { retry_after: Some(_), .. }));
    }

    #[test]
    fn an_ended_session_is_renewed_and_held_against_nobody() {
        let ended = Failure::SessionEnded { detail: "x".into() };
        assert_eq!((ended.verdict(1), ended.answer()), (Verdict::Renew, Answer::Fine));
        assert!(
            matches!(ended.after(2).of_source(), SourceError::Unauthorized { detail } if detail.contains("2 times"))
        );
    }
}
