//! One simulated portal: its records, its apps and everything that is counted or ordered about it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use anyhow::{Context, Result};
use forebay_simulation::secrets::{load_or_else, save_private};
use forebay_simulation::{Counters, Faults, Gate, Mix};

use crate::access::Access;
use crate::auth::{Credentials, Tokens};
use crate::changes::{ChangeOrder, Changed, When, apply};
use crate::generate::{self, World};
use crate::http::Limits;
use crate::moment::machine_ms;
use crate::settings::Settings;
use crate::store::{Store, prepare, stale_since};

/// The portal behind the HTTP face.
pub struct Account {
    pub store: Store,
    pub tokens: Tokens,
    pub limits: Limits,
    pub faults: Faults,
    pub counters: Counters,
    /// Counts requests in flight; the vendor sets no limit to them.
    pub gate: Gate,
    pub world: World,
    pub purge_after_ms: i64,
    base_url: String,
    secrets: PathBuf,
    credentials: RwLock<Credentials>,
    access: RwLock<Access>,
    search_lag_ms: AtomicU64,
    answered: AtomicU64,
}

impl Account {
    /// Opens or makes the portal under `settings.data`. Blocking.
    pub fn open(settings: &Settings, base_url: &str) -> Result<Self> {
        let data = &settings.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("cannot make the folder {}", data.display()))?;
        let secrets = data.join("credentials.json");
        let mut credentials = load_or_else(&secrets, Credentials::generate)?;
        credentials.base_url = base_url.to_owned();
        save_private(&secrets, &credentials)?;
        fill(settings, &data.join("account.db"))?;
        Ok(Self {
            store: Store::open(&data.join("account.db"), prepare)?,
            tokens: Tokens::new(settings.token_life_seconds),
            limits: Limits::new(settings),
            faults: Faults::default(),
            counters: Counters::default(),
            gate: Gate::new(usize::MAX),
            world: World { scale: settings.scale, mix: Mix::new(settings.seed) },
            purge_after_ms: i64::try_from(settings.purge_after_seconds.saturating_mul(1_000))
                .unwrap_or(i64::MAX),
            base_url: base_url.to_owned(),
            secrets,
            credentials: RwLock::new(credentials),
            access: RwLock::new(settings.access()),
            search_lag_ms: AtomicU64::new(settings.search_lag_ms),
            answered: AtomicU64::new(0),
        })
    }

    /// The portal's clock in milliseconds UTC: this machine's, and whatever skew was ordered.
    pub fn now(&self) -> i64 {
        machine_ms() + self.faults.skew() * 1_000
    }

    /// Records archived up to this moment are gone.
    pub fn purged_until(&self) -> i64 {
        self.now().saturating_sub(self.purge_after_ms)
    }

    /// Where the portal is reached, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn credentials(&self) -> Credentials {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives the private app a new token, which ends the old one, and saves it.
    pub fn rotate_private_app(&self) -> Result<()> {
        let mut credentials = self.credentials.write().unwrap_or_else(PoisonError::into_inner);
        credentials.private_app_token = crate::auth::private_app_token()?;
        save_private(&self.secrets, &*credentials)
    }

    pub fn access(&self) -> Access {
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn change_access(&self, change: impl FnOnce(&mut Access)) {
        change(&mut self.access.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Milliseconds until search finds a change.
    pub fn search_lag_ms(&self) -> u64 {
        self.search_lag_ms.load(Ordering::Relaxed)
    }

    pub fn set_search_lag(&self, ms: u64) {
        self.search_lag_ms.store(ms, Ordering::Relaxed);
    }

    /// The last millisecond up to which search finds every change that was made. Blocking.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn searchable_until(&self) -> Result<i64> {
        let settled = self.now().saturating_sub_unsigned(self.search_lag_ms());
        let lagging = self.store.read(|db| stale_since(db, machine_ms()))?;
        Ok(lagging.map_or(settled, |since| settled.min(since - 1)))
    }

    /// Makes changes now. Blocking.
    pub fn change(&self, order: ChangeOrder) -> Result<Changed> {
        let when = When { now: self.now(), machine: machine_ms(), lag: self.search_lag_ms() };
        apply(&self.store, &self.world, order, when)
    }

    /// Counts answers from 0, for what happens to one of several only.
    pub fn nth(&self) -> u64 {
        self.answered.fetch_add(1, Ordering::Relaxed)
    }
}

fn fill(settings: &Settings, path: &Path) -> Result<()> {
    let begun = std::time::Instant::now();
    if generate::ensure(path, settings.scale, settings.seed)? {
        tracing::info!(scale = settings.scale, took = ?begun.elapsed(), "portal generated");
    }
    Ok(())
}
