//! A host under way, and its end.

use super::HostError;
use crate::invoke::Stop;
use crate::worker::{Fatal, ProcessBook};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// A host under way.
pub struct RunningHost {
    pub(super) address: SocketAddr,
    pub(super) stop: Stop,
    pub(super) fatal: mpsc::UnboundedReceiver<Fatal>,
    pub(super) listeners: JoinSet<()>,
    pub(super) supervisors: JoinSet<()>,
    pub(super) server: JoinHandle<()>,
    pub(super) drain: Duration,
    // Held until the end: its lock keeps other hosts away from the state directory.
    pub(super) _book: Arc<ProcessBook>,
}

impl RunningHost {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: cancel `draining` to drain, `now` to end at once.
    #[must_use]
    pub fn stop_handle(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits for the end: a stop, or a handler that is beyond help.
    ///
    /// # Errors
    /// The reason, in the latter case.
    pub async fn finished(mut self) -> Result<(), HostError> {
        let fatal = tokio::select! {
            fatal = self.fatal.recv() => fatal,
            () = self.stop.draining.cancelled() => None,
            () = self.stop.now.cancelled() => None,
        };
        self.stop.draining.cancel();
        let drain = if fatal.is_some() { Duration::ZERO } else { self.drain };
        let drained = async {
            while self.listeners.join_next().await.is_some() {}
            // A server that failed has said so itself.
            let _ = (&mut self.server).await;
        };
        tokio::select! {
            drained = tokio::time::timeout(drain, drained) => {
                if drained.is_err() && fatal.is_none() {
                    tracing::warn!("invocations were still under way after {} s and are cut off", drain.as_secs_f64());
                }
            }
            () = self.stop.now.cancelled() => {}
        }
        self.stop.now.cancel();
        while self.supervisors.join_next().await.is_some() {}
        while self.listeners.join_next().await.is_some() {}
        self.server.abort();
        tracing::info!("the Functions host has stopped");
        fatal.map_or(Ok(()), |fatal| Err(fatal.into()))
    }
}
