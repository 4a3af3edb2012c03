//! One simulated org: its rows, its connected app and everything that is counted or ordered about it.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use anyhow::{Context, Result};
use forebay_simulation::secrets::Tokens;
use forebay_simulation::{Counters, Gate, Mix, machine_now};

use crate::auth::{Credentials, VerifyingKey};
use crate::bulk::Jobs;
use crate::catalog::{Access, OBJECTS};
use crate::generate;
use crate::http::{Faults, Locators};
use crate::settings::Settings;
use crate::store::{Store, pending_since, prepare};

/// The org behind the HTTP face.
pub struct Org {
    pub store: Store,
    pub credentials: Credentials,
    pub key: VerifyingKey,
    pub tokens: Tokens,
    pub gate: Gate,
    pub faults: Faults,
    pub counters: Counters,
    pub locators: Locators,
    pub jobs: Jobs,
    pub mix: Mix,
    /// Requests allowed a day.
    pub daily_requests: u64,
    used_requests: AtomicU64,
    late_commit: AtomicI64,
    access: RwLock<Access>,
}

impl Org {
    /// Opens or makes the org under `settings.data`. Blocking.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(settings: &Settings, base_url: &str) -> Result<Self> {
        let data = &settings.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("cannot make the folder {}", data.display()))?;
        let secrets = data.join("credentials.json");
        // Making an RSA key and filling the tables each take a while, and neither needs the other.
        let (credentials, rows) = std::thread::scope(|scope| {
            let credentials = scope.spawn(|| Credentials::load_or_generate(&secrets));
            let rows = fill(settings, &data.join("org.db"));
            (credentials.join(), rows)
        });
        let mut credentials = credentials.map_err(|_| anyhow::anyhow!("making the credentials failed"))??;
        rows?;
        credentials.base_url = base_url.to_owned();
        credentials.save(&secrets)?;
        Ok(Self {
            store: Store::open(&data.join("org.db"), prepare)?,
            key: VerifyingKey::of(&credentials.private_key_pem)?,
            credentials,
            tokens: Tokens::new(settings.token_life_seconds),
            gate: Gate::new(settings.concurrency),
            faults: Faults::default(),
            counters: Counters::default(),
            locators: Locators::default(),
            jobs: Jobs::open(&data.join("jobs"), settings.bulk_polls)?,
            mix: Mix::new(settings.seed),
            daily_requests: settings.daily_requests,
            used_requests: AtomicU64::new(0),
            late_commit: AtomicI64::new(settings.late_commit_seconds),
            access: RwLock::new(settings.access()),
        })
    }

    /// The org's clock in milliseconds: this machine's second, and whatever skew was ordered.
    pub fn now(&self) -> i64 {
        (machine_now() + self.faults.transport.skew()) * 1_000
    }

    /// Counts a request against the day's quota; `None` when there is none left.
    pub fn use_request(&self) -> Option<u64> {
        let used = self.used_requests.fetch_add(1, Ordering::SeqCst) + 1;
        if used <= self.daily_requests {
            return Some(used);
        }
        self.used_requests.fetch_sub(1, Ordering::SeqCst);
        None
    }

    /// Requests used today.
    pub fn used_requests(&self) -> u64 {
        self.used_requests.load(Ordering::SeqCst)
    }

    pub fn set_used_requests(&self, used: u64) {
        self.used_requests.store(used.min(self.daily_requests), Ordering::SeqCst);
    }

    /// Milliseconds between a change's SystemModstamp and the moment queries see it.
    pub fn late_commit(&self) -> i64 {
        self.late_commit.load(Ordering::Relaxed) * 1_000
    }

    /// The last millisecond up to which queries see every change that was made. Blocking.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn committed_until(&self) -> Result<i64> {
        let now = self.now();
        let settled = now - self.late_commit();
        let pending = self.store.read(|db| {
            let mut oldest: Option<i64> = None;
            for object in OBJECTS {
                let since = pending_since(db, object, now)?;
                oldest = oldest.into_iter().chain(since).min();
            }
            anyhow::Ok(oldest)
        })?;
        Ok(pending.map_or(settled, |since| settled.min(since - 1)))
    }

    pub fn set_late_commit(&self, seconds: i64) {
        self.late_commit.store(seconds.max(0), Ordering::Relaxed);
    }

    pub fn access(&self) -> Access {
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn change_access(&self, change: impl FnOnce(&mut Access)) {
        change(&mut self.access.write().unwrap_or_else(PoisonError::into_inner));
    }
}

fn fill(settings: &Settings, path: &Path) -> Result<()> {
    let begun = std::time::Instant::now();
    if generate::ensure(path, settings.scale, settings.seed)? {
        tracing::info!(scale = settings.scale, took = ?begun.elapsed(), "org generated");
    }
    Ok(())
}
