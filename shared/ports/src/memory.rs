//! In-memory doubles of the ports, for tests. They keep the guarantees that the contract suites prove,
//! but for durability. (The repository's double is SQLite in a temporary file: `forebay_embedded`.)

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::PortError;
use crate::events::{Event, EventPublisher};
use crate::raw_store::{Landed, RawStore};
use crate::secrets::{Secret, SecretStore};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Raw objects in memory.
#[derive(Debug, Default)]
pub struct MemoryRawStore {
    objects: Mutex<BTreeMap<String, Bytes>>,
}

impl MemoryRawStore {
    /// Every name, in order.
    pub fn names(&self) -> Vec<String> {
        lock(&self.objects).keys().cloned().collect()
    }
}

fn check_name(name: &str) -> Result<(), PortError> {
    let is_good =
        !name.contains('\\') && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    if is_good {
        return Ok(());
    }
    let detail = format!("`{}` is no name of an object", name.escape_debug());
    Err(PortError::Rejected { service: "raw store", detail })
}

#[async_trait]
impl RawStore for MemoryRawStore {
    async fn put(&self, name: &str, bytes: Bytes) -> Result<Landed, PortError> {
        check_name(name)?;
        let mut objects = lock(&self.objects);
        if objects.contains_key(name) {
            return Ok(Landed::AlreadyThere);
        }
        objects.insert(name.to_owned(), bytes);
        Ok(Landed::Created)
    }

    async fn get(&self, name: &str) -> Result<Bytes, PortError> {
        check_name(name)?;
        let found = lock(&self.objects).get(name).cloned();
        found.ok_or_else(|| PortError::NotFound { what: format!("raw object {name}") })
    }

    async fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, PortError> {
        let objects = lock(&self.objects);
        let names = objects.keys().filter(|name| name.starts_with(prefix));
        let names = names.filter(|name| after.is_none_or(|after| name.as_str() > after));
        Ok(names.take(limit).cloned().collect())
    }
}

#[derive(Debug, Default)]
struct Hubs {
    /// `None`: every hub exists.
    known: Option<Vec<String>>,
    published: Vec<(String, Event)>,
    failures: usize,
}

/// Records what was published, and fails on request.
#[derive(Debug, Default)]
pub struct MemoryEvents {
    hubs: Mutex<Hubs>,
}

impl MemoryEvents {
    /// A broker that has these hubs and no others.
    pub fn with_hubs<'h>(hubs: impl IntoIterator<Item = &'h str>) -> Self {
        let known = hubs.into_iter().map(str::to_owned).collect();
        Self { hubs: Mutex::new(Hubs { known: Some(known), ..Hubs::default() }) }
    }

    /// What the hub has, in order of publication.
    pub fn published(&self, hub: &str) -> Vec<Event> {
        let hubs = lock(&self.hubs);
        hubs.published.iter().filter(|(name, _)| name == hub).map(|(_, event)| event.clone()).collect()
    }

    /// The next `times` calls of `publish` accept the first half of their events, then fail as if the
    /// connection was lost: the worst that a publisher may do.
    pub fn fail_next(&self, times: usize) {
        lock(&self.hubs).failures = times;
    }
}

#[async_trait]
impl EventPublisher for MemoryEvents {
    async fn publish(&self, hub: &str, mut events: Vec<Event>) -> Result<(), PortError> {
        let mut hubs = lock(&self.hubs);
        if hubs.known.as_ref().is_some_and(|known| !known.iter().any(|k| k == hub)) {
            return Err(PortError::NotFound { what: format!("event hub {hub}") });
        }
        let fails = hubs.failures > 0 && !events.is_empty();
        if fails {
            hubs.failures -= 1;
            events.truncate(events.len() / 2);
        }
        hubs.published.extend(events.into_iter().map(|event| (hub.to_owned(), event)));
        if fails {
            return Err(PortError::Transient { service: "events", detail: "told to fail".into() });
        }
        Ok(())
    }
}

/// Secrets in memory, each with a version that counts from 1.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    secrets: Mutex<BTreeMap<String, Secret>>,
}

impl MemorySecrets {
    pub fn new<'s>(secrets: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let this = Self::default();
        for (name, value) in secrets {
            this.set(name, value);
        }
        this
    }

    /// Writes a secret, or rotates it.
    pub fn set(&self, name: &str, value: &str) {
        let mut secrets = lock(&self.secrets);
        let last = secrets.get(name).and_then(|s| s.version.parse::<u64>().ok()).unwrap_or(0);
        secrets.insert(name.to_owned(), Secret::new(value, (last + 1).to_string()));
    }
}

#[async_trait]
impl SecretStore for MemorySecrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let found = lock(&self.secrets).get(name).cloned();
        found.ok_or_else(|| PortError::NotFound { what: format!("secret {name}") })
    }
}
