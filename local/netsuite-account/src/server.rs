//! Starts and stops an account.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::account::{Account, machine_now};
use crate::auth::Credentials;
use crate::changes::{ChangeOrder, apply};
use crate::http::router;
use crate::settings::Settings;

/// An account that answers requests until it is stopped or dropped.
pub struct Running {
    address: SocketAddr,
    account: Arc<Account>,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
}

/// Opens or makes the account and answers requests.
///
/// # Errors
/// When the address is taken or not this machine's, or the data folder cannot be used.
pub async fn start(settings: Settings) -> Result<Running> {
    if !settings.listen.ip().is_loopback() {
        bail!("{} is not a loopback address; the simulated account is for one machine", settings.listen);
    }
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let base_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let opening = settings.clone();
    let account =
        tokio::task::spawn_blocking(move || Account::open(&opening, base_url.trim_end_matches('/')))
            .await
            .context("opening the account failed")??;
    let account = Arc::new(account);
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(serve(listener, account.clone(), stopped.clone()));
    if settings.changes_per_minute > 0 {
        tokio::spawn(live(account.clone(), settings.changes_per_minute, stopped));
    }
    if let Some(path) = &settings.port_file {
        write_port(path, address.port())?;
    }
    tracing::info!(%address, "simulated NetSuite account is up");
    Ok(Running { address, account, stop, server })
}

async fn serve(
    listener: TcpListener,
    account: Arc<Account>,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    axum::serve(listener, router(account))
        .with_graceful_shutdown(async move {
            // An error means that the handle was dropped, which stops the account as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        })
        .await
}

/// Makes a change now and then, for a live feel.
async fn live(account: Arc<Account>, per_minute: u32, mut stopped: watch::Receiver<bool>) {
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
            0 => ChangeOrder { deletes: 1, ..ChangeOrder::default() },
            3 | 6 | 9 => ChangeOrder { inserts: 1, ..ChangeOrder::default() },
            _ => ChangeOrder { updates: 1, ..ChangeOrder::default() },
        };
        let changing = account.clone();
        let made =
            tokio::task::spawn_blocking(move || apply(&changing.store, changing.mix, order, machine_now()))
                .await;
        if let Ok(Err(error)) = made {
            tracing::warn!(%error, "a change could not be made");
        }
    }
}

fn write_port(path: &Path, port: u16) -> Result<()> {
    let partial = path.with_extension("partial");
    std::fs::write(&partial, format!("{port}\n"))
        .with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the account is reached, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.account.credentials.base_url
    }

    /// What a client needs to log in.
    pub fn credentials(&self) -> &Credentials {
        &self.account.credentials
    }

    /// The account itself, for tests that look behind the HTTP face.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// Lets running requests end, then stops.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        self.server.await.context("the server failed")?.context("the server failed")
    }
}
