//! What to run, how, and why that may not be possible.

use crate::app::{Invalid, Settings};
use crate::encoding::Variants;
use crate::events::EventSource;
use crate::queues::LEASE;
use crate::worker::{Fatal, StateInUse};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What to run and how.
pub struct Options {
    /// The folder with host.json.
    pub script_root: PathBuf,
    /// Loopback only: the admin routes ask for no key.
    pub listen: SocketAddr,
    /// Where checkpoints, schedule statuses and the list of processes are kept.
    pub state: PathBuf,
    /// App settings.
    pub settings: Settings,
    /// Where events come from.
    pub source: Arc<dyn EventSource>,
    /// The endpoint's text, for the namespace's name where no setting has it.
    pub event_hubs: String,
    /// One process for all functions.
    pub single_process: bool,
    /// How long an answer that the real host would never finish with is waited for.
    pub hang_timeout: Duration,
    /// Retries wait at most so long; the real host has no such limit.
    pub max_retry_delay: Option<Duration>,
    /// How long a message is invisible while a function works on it; the real host has ten minutes.
    pub queue_lease: Duration,
    /// So many crashes of a group within 30 minutes end the host.
    pub max_crashes: usize,
    /// How long invocations under way may go on once the host stops.
    pub drain: Duration,
    /// How long an HTTP function may take.
    pub http_limit: Duration,
    /// How long a request waits for a handler that is starting.
    pub http_patience: Duration,
    /// This host's own executable, see [`crate::launcher`].
    pub launcher: Option<PathBuf>,
    /// Request shapes of other host versions.
    pub variants: Variants,
}

impl Options {
    /// The real host's numbers.
    #[must_use]
    pub fn new(
        script_root: PathBuf,
        state: PathBuf,
        settings: Settings,
        source: Arc<dyn EventSource>,
    ) -> Self {
        Self {
            script_root,
            listen: SocketAddr::from(([127, 0, 0, 1], 7071)),
            state,
            settings,
            source,
            event_hubs: "amqp://127.0.0.1:5672".into(),
            single_process: false,
            hang_timeout: Duration::from_secs(30),
            max_retry_delay: None,
            queue_lease: LEASE,
            max_crashes: 3,
            drain: Duration::from_secs(10),
            http_limit: Duration::from_secs(230),
            http_patience: Duration::from_secs(2),
            launcher: None,
            variants: Variants::default(),
        }
    }
}

/// Why the host cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Change the app or its settings.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Change how the host is called.
    #[error("{0}")]
    Misused(String),
    /// Choose another state directory, or stop the other host.
    #[error(transparent)]
    State(#[from] StateInUse),
    /// Choose another address.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Mend the handler.
    #[error(transparent)]
    Handler(#[from] Fatal),
}
