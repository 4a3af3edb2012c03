//! From what went wrong behind the edge to what the caller is told. Causes are logged here, once; the
//! caller gets what helps him and nothing of the inside.

use forebay_ports::{PortError, SourceError};

use super::{Problem, ProblemKind};
use crate::commands::CommandError;
use crate::identity::IdentityError;

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        let problem = from_port(&error);
        if problem.kind.status().is_server_error() {
            tracing::error!(error = %error, problem = %problem.kind.type_uri(), "a request failed at a store");
        }
        problem
    }
}

fn from_port(error: &PortError) -> Problem {
    match error {
        PortError::Throttled { service, retry_after, .. } => Problem {
            kind: ProblemKind::StoreUnavailable,
            detail: format!("{service} is busy; send the same request again in a moment"),
            retry_after: *retry_after,
        },
        PortError::Transient { service, .. } => Problem::new(
            ProblemKind::StoreUnavailable,
            format!("{service} failed for now; send the same request again in a moment"),
        ),
        PortError::Unauthorized { service, .. } => Problem::new(
            ProblemKind::Misconfigured,
            format!("{service} refuses the app's identity; an administrator must grant it (see the log)"),
        ),
        PortError::NotFound { what } => Problem::not_found(what, "read the list it should be in"),
        PortError::Conflict { what } => Problem::new(
            ProblemKind::Conflict,
            format!("{what} was changed by somebody else meanwhile; read it and try again"),
        ),
        PortError::Full { service, .. } => Problem::new(
            ProblemKind::StoreFull,
            format!("{service} has no room left; free space, then work goes on where it stopped"),
        ),
        PortError::Misconfigured { service, detail } => Problem::new(
            ProblemKind::Misconfigured,
            format!("{service} is misconfigured: {detail}; an administrator must correct the setting"),
        ),
        PortError::Rejected { service, .. } => Problem::new(
            ProblemKind::Internal,
            format!("{service} cannot serve this request, however often it is sent; the log has the cause"),
        ),
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::NotFound { what } => Problem::not_found(&what, "read the list it should be in"),
            CommandError::Conflict { detail } => Problem::new(ProblemKind::Conflict, detail),
            CommandError::Source(error) => error.into(),
            CommandError::Port(error) => error.into(),
            CommandError::Test(failure) => failure.into(),
        }
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        tracing::warn!(error = %error, "a request failed at a source");
        let (kind, advice, retry_after) = match &error {
            SourceError::Throttled { retry_after, .. } => {
                (ProblemKind::SourceThrottled, "wait, then send the same request again", *retry_after)
            }
            SourceError::Transient { .. } => {
                (ProblemKind::SourceUnavailable, "send the same request again in a moment", None)
            }
            SourceError::Unauthorized { .. } => {
                (ProblemKind::SourceRefused, "check the credentials the source's secrets hold", None)
            }
            SourceError::Forbidden { .. } | SourceError::RejectedColumns { .. } => {
                (ProblemKind::SourceRefused, "check the permissions of the role we read with", None)
            }
            SourceError::GoneCursor { .. } | SourceError::Contradiction { .. } => (
                ProblemKind::SourceUnavailable,
                "start another run; the run's evidence has the details",
                None,
            ),
            SourceError::Misconfigured { .. } => (
                ProblemKind::SourceMisconfigured,
                "correct the setting, then send the same request again",
                None,
            ),
        };
        Problem { kind, detail: format!("{error}; {advice}"), retry_after }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Missing { .. } => Problem::new(ProblemKind::NotSignedIn, error.to_string()),
            IdentityError::Malformed { .. } => {
                Problem::new(ProblemKind::NotSignedIn, format!("{error}; sign in again"))
            }
            IdentityError::UnknownTenant => Problem::new(
                ProblemKind::UnknownTenant,
                format!("{error}; an administrator must add it to this installation's tenants"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_a_store_said_stays_inside() {
        let inside = "server db-7.internal said: SELECT * FROM x".to_string();
        let errors = [
            PortError::Throttled { service: "repository", detail: inside.clone(), retry_after: None },
            PortError::Transient { service: "repository", detail: inside.clone() },
            PortError::Unauthorized { service: "repository", detail: inside.clone() },
            PortError::Full { service: "repository", detail: inside.clone() },
            PortError::Rejected { service: "repository", detail: inside.clone() },
        ];
        for error in errors {
            let problem = Problem::from(error);
            assert!(problem.kind.status().is_server_error());
            assert!(!problem.detail.contains("db-7"), "{}", problem.detail);
        }
    }

    #[test]
    fn a_throttled_source_says_when_to_come_back() {
        let wait = Some(Duration::from_secs(7));
        let problem =
            Problem::from(SourceError::Throttled { detail: "10 at once".into(), retry_after: wait });
        assert_eq!((problem.kind, problem.retry_after), (ProblemKind::SourceThrottled, wait));
    }
}
