//! An account that is up.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::server::{Server, asked_to_stop, bind};
use crate::simulated::Simulated;

/// How an account is put on the network.
#[derive(Debug, Clone)]
pub struct Start {
    /// Loopback only; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address clients use, when it is not the one listened on.
    pub public_url: Option<String>,
    /// File to write the port to once requests are answered.
    pub port_file: Option<PathBuf>,
    /// Changes that happen by themselves.
    pub changes_per_minute: u32,
}

/// An account that answers requests until it is stopped or dropped.
pub struct Running<A> {
    account: Arc<A>,
    server: Server,
}

/// Opens or makes an account, which may block and is told its address, and answers requests.
///
/// # Errors
/// When the address is taken or not this machine's, or `open` fails.
pub async fn start<A: Simulated>(
    how: Start,
    open: impl FnOnce(&str) -> Result<A> + Send + 'static,
    router: impl FnOnce(Arc<A>) -> Router,
) -> Result<Running<A>> {
    let (listener, address) = bind(how.listen).await?;
    let base_url = how.public_url.unwrap_or_else(|| format!("http://{address}"));
    let account = tokio::task::spawn_blocking(move || open(base_url.trim_end_matches('/')))
        .await
        .with_context(|| format!("opening the {} failed", A::NAME))??;
    let account = Arc::new(account);
    let server = Server::start(listener, router(account.clone()), how.port_file.as_deref())?;
    if how.changes_per_minute > 0 {
        tokio::spawn(live(account.clone(), how.changes_per_minute, server.stopped()));
    }
    tracing::info!(%address, "simulated {} is up", A::NAME);
    Ok(Running { account, server })
}

/// What an account's executable does: logs to standard error, and runs until Ctrl-C or SIGTERM.
///
/// # Errors
/// When the account cannot be started, or fails.
pub async fn run<A: Simulated>(starting: impl Future<Output = Result<Running<A>>>) -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let running = starting.await?;
    asked_to_stop().await?;
    running.stop().await
}

/// Makes a change now and then, for a live feel: of ten, one deletion, three additions and six edits.
async fn live<A: Simulated>(account: Arc<A>, per_minute: u32, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(60) / per_minute);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    let mut count = 0_u64;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        count += 1;
        let order = match count % 10 {
            0 => A::some_changes(0, 0, 1),
            3 | 6 | 9 => A::some_changes(0, 1, 0),
            _ => A::some_changes(1, 0, 0),
        };
        let changing = account.clone();
        let made = tokio::task::spawn_blocking(move || changing.make_changes(order).map(drop)).await;
        if let Ok(Err(error)) = made {
            tracing::warn!(%error, "a change could not be made");
        }
    }
}

impl<A: Simulated> Running<A> {
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where the account is reached, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.account.base_url()
    }

    /// What a client needs to log in, as of now.
    pub fn credentials(&self) -> A::Credentials<'_> {
        self.account.credentials()
    }

    /// The account itself, for tests that look behind the HTTP face.
    pub fn account(&self) -> &Arc<A> {
        &self.account
    }

    /// Lets running requests end, then stops.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}
