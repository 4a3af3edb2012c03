//! Secrets, remembered for a short while, and every fetch of one on record without its value.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use forebay_model::{SourceId, TenantId};
use forebay_ports::repository::SecretFetch;
use forebay_ports::{Clock, PortError, Repository, Secret, SecretStore};

/// How long a fetched secret is used: a rotated one is taken up after this long at the latest, and at
/// once where the source refuses the old one.
const LIFE: Duration = Duration::from_secs(300);

/// One source's view of a vault.
pub struct AuditedSecrets {
    vault: Arc<dyn SecretStore>,
    repository: Arc<dyn Repository>,
    clock: Arc<dyn Clock>,
    tenant: TenantId,
    source: SourceId,
    held: Mutex<HashMap<String, (Secret, std::time::Instant)>>,
}

impl AuditedSecrets {
    pub fn new(
        vault: Arc<dyn SecretStore>,
        repository: Arc<dyn Repository>,
        clock: Arc<dyn Clock>,
        tenant: &TenantId,
        source: &SourceId,
    ) -> Self {
        Self {
            vault,
            repository,
            clock,
            tenant: tenant.clone(),
            source: source.clone(),
            held: Mutex::default(),
        }
    }

    fn remembered(&self, name: &str) -> Option<Secret> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(name).filter(|(_, since)| since.elapsed() < LIFE).map(|(secret, _)| secret.clone())
    }
}

#[async_trait]
impl SecretStore for AuditedSecrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        match self.remembered(name) {
            Some(secret) => Ok(secret),
            None => self.refetch(name).await,
        }
    }

    /// A fetch that cannot be put on record gives no secret.
    async fn refetch(&self, name: &str) -> Result<Secret, PortError> {
        let fetched = self.vault.refetch(name).await;
        let record = SecretFetch {
            tenant: self.tenant.clone(),
            source: self.source.clone(),
            secret: name.to_owned(),
            version: fetched.as_ref().ok().map(|secret| secret.version.clone()),
            at: self.clock.now(),
            failure: fetched.as_ref().err().map(ToString::to_string),
        };
        self.repository.record_secret_fetch(&record).await?;
        let secret = fetched?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(name.to_owned(), (secret.clone(), std::time::Instant::now()));
        Ok(secret)
    }
}
