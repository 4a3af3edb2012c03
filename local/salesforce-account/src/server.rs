//! Starts and stops an org.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use forebay_simulation::{Server, bind};
use tokio::sync::watch;

use crate::auth::Credentials;
use crate::changes::{ChangeOrder, apply};
use crate::http::router;
use crate::org::Org;
use crate::settings::Settings;

/// An org that answers requests until it is stopped or dropped.
pub struct Running {
    org: Arc<Org>,
    server: Server,
}

/// Opens or makes the org and answers requests.
///
/// # Errors
/// When the address is taken or not this machine's, or the data folder cannot be used.
pub async fn start(settings: Settings) -> Result<Running> {
    let (listener, address) = bind(settings.listen).await?;
    let base_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let opening = settings.clone();
    let org = tokio::task::spawn_blocking(move || Org::open(&opening, base_url.trim_end_matches('/')))
        .await
        .context("opening the org failed")??;
    let org = Arc::new(org);
    let server = Server::start(listener, router(org.clone()), settings.port_file.as_deref())?;
    if settings.changes_per_minute > 0 {
        tokio::spawn(live(org.clone(), settings.changes_per_minute, server.stopped()));
    }
    tracing::info!(%address, "simulated Salesforce org is up");
    Ok(Running { org, server })
}

/// Makes a change now and then, for a live feel.
async fn live(org: Arc<Org>, per_minute: u32, mut stopped: watch::Receiver<bool>) {
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
        let changing = org.clone();
        let made = tokio::task::spawn_blocking(move || apply(&changing, order)).await;
        if let Ok(Err(error)) = made {
            tracing::warn!(%error, "a change could not be made");
        }
    }
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where the org is reached, without a trailing slash: login host and instance in one.
    pub fn base_url(&self) -> &str {
        &self.org.credentials.base_url
    }

    /// What a client needs to log in.
    pub fn credentials(&self) -> &Credentials {
        &self.org.credentials
    }

    /// The org itself, for tests that look behind the HTTP face.
    pub fn org(&self) -> &Arc<Org> {
        &self.org
    }

    /// Lets running requests end, then stops.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}
