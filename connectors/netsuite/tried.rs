//! What a failed attempt means for the next.

use forebay_ports::{Answer, Paused};

use super::failure::Failure;
use crate::http::{Failed, Verdict};

/// How often a 500 UNEXPECTED_ERROR is worth repeating before its columns are suspected.
const UNEXPECTED_ATTEMPTS: u32 = 2;

/// What to do about a 500 UNEXPECTED_ERROR, which may be an outage or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Report it at once: the caller is looking for the column.
    Once,
    /// Send the query a second time first.
    Usual,
    /// No column is to blame: take it for an outage.
    Outage,
}

/// A failed attempt.
#[derive(Debug)]
pub struct Tried {
    pub failure: Failure,
    pub patience: Patience,
    /// The login failed that the request needs; it has been tried as often as it is worth.
    pub login: bool,
}

impl From<Paused> for Tried {
    fn from(paused: Paused) -> Self {
        let failure = Failure::Throttled { detail: paused.to_string(), retry_after: Some(paused.wait) };
        Self { failure, patience: Patience::Once, login: false }
    }
}

impl Failed for Tried {
    fn verdict(&self, attempt: u32) -> Verdict {
        let again = Verdict::Again { asked: self.failure.retry_after() };
        match (&self.failure, self.patience) {
            _ if self.login => Verdict::GiveUp,
            (Failure::Unauthorized { .. }, _) => Verdict::Renew,
            (Failure::Contradiction { .. }, _) => Verdict::Reread,
            (Failure::Unexpected { .. }, Patience::Usual) if attempt < UNEXPECTED_ATTEMPTS => again,
            (Failure::Unexpected { .. }, Patience::Outage) => again,
            _ if self.failure.is_passing() => again,
            _ => Verdict::GiveUp,
        }
    }

    fn answer(&self) -> Answer {
        match &self.failure {
            // The login has reported itself.
            _ if self.login => Answer::Fine,
            Failure::Throttled { detail, retry_after } => {
                Answer::Throttled { retry_after: *retry_after, detail: detail.clone() }
            }
            Failure::Transient { detail } => Answer::Failed { detail: detail.clone() },
            Failure::Unexpected { detail } if self.patience == Patience::Outage => {
                Answer::Failed { detail: detail.clone() }
            }
            Failure::Unauthorized { detail } => Answer::Unauthorized { detail: detail.clone() },
            _ => Answer::Fine,
        }
    }

    fn after(self, attempts: u32) -> Self {
        let add = |detail: String| {
            if attempts > 1 { format!("{detail} (after {attempts} attempts)") } else { detail }
        };
        let failure = match self.failure {
            Failure::Throttled { detail, retry_after } => Failure::Throttled {
                detail: format!(
                    "{}; lower the account's other integrations or its schedule, or add concurrency",
                    add(detail)
                ),
                retry_after,
            },
            Failure::Transient { detail } => Failure::Transient { detail: add(detail) },
            Failure::Unexpected { detail } => Failure::Unexpected { detail: add(detail) },
            other => other,
        };
        Self { failure, ..self }
    }
}
