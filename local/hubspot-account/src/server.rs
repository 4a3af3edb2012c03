//! Starts and stops a portal.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use forebay_simulation::{Server, bind};
use tokio::sync::watch;

use crate::account::Account;
use crate::auth::Credentials;
use crate::changes::ChangeOrder;
use crate::http::router;
use crate::settings::Settings;

/// A portal that answers requests until it is stopped or dropped.
pub struct Running {
    account: Arc<Account>,
    server: Server,
}

/// Opens or makes the portal and answers requests.
///
/// # Errors
/// When the address is taken or not this machine's, or the data folder cannot be used.
pub async fn start(settings: Settings) -> Result<Running> {
    let (listener, address) = bind(settings.listen).await?;
    let base_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let opening = settings.clone();
    let account =
        tokio::task::spawn_blocking(move || Account::open(&opening, base_url.trim_end_matches('/')))
            .await
            .context("opening the portal failed")??;
    let account = Arc::new(account);
    let server = Server::start(listener, router(account.clone()), settings.port_file.as_deref())?;
    if settings.changes_per_minute > 0 {
        tokio::spawn(live(account.clone(), settings.changes_per_minute, server.stopped()));
    }
    tracing::info!(%address, "simulated HubSpot portal is up");
    Ok(Running { account, server })
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
        let made = tokio::task::spawn_blocking(move || changing.change(order)).await;
        if let Ok(Err(error)) = made {
            tracing::warn!(%error, "a change could not be made");
        }
    }
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where the portal is reached, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.account.base_url()
    }

    /// What a client needs to log in, as of now.
    pub fn credentials(&self) -> Credentials {
        self.account.credentials()
    }

    /// The portal itself, for tests that look behind the HTTP face.
    pub fn account(&self) -> &Arc<Account> {
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
