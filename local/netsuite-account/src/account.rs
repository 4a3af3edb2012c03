//! One simulated account: its rows, its integration and everything that is counted or ordered about it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use anyhow::{Context, Result};
pub use forebay_simulation::machine_now;
use forebay_simulation::{Counters, Gate};

use crate::auth::{Credentials, Nonces, Tokens, VerifyingKey};
use crate::changes::widened;
use crate::generate::{self, Mix};
use crate::http::{Faults, end};
use crate::settings::Settings;
use crate::store::{Store, prepare};
use crate::suiteql::{Access, Totals};

/// The account behind the HTTP face.
pub struct Account {
    pub store: Store,
    pub credentials: Credentials,
    pub keys: HashMap<String, VerifyingKey>,
    pub tokens: Tokens,
    pub nonces: Nonces,
    pub totals: Totals,
    pub gate: Gate,
    pub faults: Faults,
    pub counters: Counters,
    pub mix: Mix,
    access: RwLock<Access>,
}

impl Account {
    /// Opens or makes the account under `settings.data`. Blocking.
    pub fn open(settings: &Settings, base_url: &str) -> Result<Self> {
        let data = &settings.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("cannot make the folder {}", data.display()))?;
        let secrets = data.join("credentials.json");
        // Making an RSA key and filling the tables each take a while, and neither needs the other.
        let (credentials, rows) = std::thread::scope(|scope| {
            let credentials = scope.spawn(|| Credentials::load_or_generate(&secrets));
            let rows = fill(settings, &data.join("account.db"));
            (credentials.join(), rows)
        });
        let mut credentials = credentials.map_err(|_| anyhow::anyhow!("making the credentials failed"))??;
        rows?;
        credentials.base_url = base_url.to_owned();
        credentials.save(&secrets)?;
        let store = Store::open(&data.join("account.db"), prepare)?;
        let access = Access { widened: store.read(widened)?, ..settings.access() };
        Ok(Self {
            store,
            keys: credentials.verifying_keys()?,
            credentials,
            tokens: Tokens::new(settings.token_life_seconds),
            nonces: Nonces::default(),
            totals: Totals::default(),
            gate: Gate::new(settings.concurrency),
            faults: Faults::default(),
            counters: Counters::default(),
            mix: Mix::new(settings.seed),
            access: RwLock::new(access),
        })
    }

    /// The account's clock in UTC seconds: this machine's, and whatever skew was ordered.
    pub fn now(&self) -> i64 {
        machine_now() + self.faults.transport.skew()
    }

    /// The addresses that clients may know the account by, without a path.
    pub fn public_urls(&self) -> impl Iterator<Item = String> {
        let host = self.credentials.account.to_lowercase().replace('_', "-");
        [self.credentials.base_url.clone(), format!("https://{host}.suitetalk.api.netsuite.com")].into_iter()
    }

    pub fn access(&self) -> Access {
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a request of `tables`; whether permissions ended with it.
    pub fn asked(&self, tables: &[&str]) -> bool {
        let ended = self.faults.disturbances.asked(tables);
        if ended.is_empty() {
            return false;
        }
        self.change_access(|access| end(access, ended));
        true
    }

    pub fn change_access(&self, change: impl FnOnce(&mut Access)) {
        change(&mut self.access.write().unwrap_or_else(PoisonError::into_inner));
    }
}

fn fill(settings: &Settings, path: &Path) -> Result<()> {
    let begun = std::time::Instant::now();
    if generate::ensure(path, settings.scale, settings.seed, machine_now())? {
        tracing::info!(scale = settings.scale, took = ?begun.elapsed(), "account generated");
    }
    Ok(())
}
