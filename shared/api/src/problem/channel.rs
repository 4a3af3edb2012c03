//! Why a test message came to nothing, and what to do. The words are those of the one who set the channel up: what
//! the receiver said is told, and none of it holds the address.

use std::time::Duration;

use forebay_pipeline::TestFailure;
use forebay_ports::PortError;

use super::{Problem, ProblemKind};

impl From<TestFailure> for Problem {
    fn from(failure: TestFailure) -> Self {
        match failure {
            TestFailure::NotFound => Problem::not_found(
                "a channel with this id",
                "GET /api/v1/alert-channels lists those there are",
            ),
            TestFailure::TooMany { most, within } => Problem {
                kind: ProblemKind::TooManyTests,
                detail: format!(
                    "{most} tests were sent within {}; nothing was sent now, try again in so long",
                    seconds(within)
                ),
                retry_after: Some(within),
            },
            TestFailure::Address(error) => without_address(error),
            TestFailure::Receiver { error, took } => not_taken(&error, took),
            TestFailure::Store(error) => error.into(),
        }
    }
}

fn without_address(error: PortError) -> Problem {
    match error {
        PortError::NotFound { .. } => Problem::new(
            ProblemKind::ChannelMisconfigured,
            "the vault has no secret of the name that the channel gives; nothing was sent. Store the address under \
             this name, or correct the channel's `secret`",
        ),
        PortError::Misconfigured { service: "alert channel", detail } => Problem::new(
            ProblemKind::ChannelMisconfigured,
            format!("{detail}; nothing was sent. Correct the channel, then test it again"),
        ),
        error => error.into(),
    }
}

fn not_taken(error: &PortError, took: Duration) -> Problem {
    let after = format!("after {} ms", took.as_millis());
    let said = |kind, detail: &str, advice: &str| Problem::new(kind, format!("{detail}, {after}. {advice}"));
    match error {
        PortError::Misconfigured { detail, .. } => Problem::new(
            ProblemKind::ChannelMisconfigured,
            format!("{detail}. Correct the channel or its secret, then test it again"),
        ),
        PortError::Throttled { detail, retry_after, .. } => Problem {
            retry_after: *retry_after,
            ..said(
                ProblemKind::ChannelThrottled,
                detail,
                "Alerts are tried again later; test again in a while",
            )
        },
        PortError::Transient { detail, .. } => said(
            ProblemKind::ChannelUnavailable,
            detail,
            "Look whether the host in the address is right and answers from here; alerts are tried again later",
        ),
        PortError::Unauthorized { detail, .. } => said(
            ProblemKind::ChannelRefused,
            detail,
            "Look whether the credentials in the address still hold, and whether this app may reach the receiver",
        ),
        PortError::Rejected { detail, .. } => said(
            ProblemKind::ChannelRefused,
            detail,
            "Look whether the receiver still exists under this address and takes messages of the channel's kind; an \
             alert would be given up",
        ),
        // No sender says these.
        PortError::NotFound { .. } | PortError::Conflict { .. } | PortError::Full { .. } => {
            said(ProblemKind::ChannelRefused, "it was not taken", "Look at the receiver's own log")
        }
    }
}

fn seconds(within: Duration) -> String {
    match within.as_secs() {
        3_600 => "an hour".to_owned(),
        60 => "a minute".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}
