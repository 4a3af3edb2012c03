//! Token-based authentication: each attempt signed anew, with secrets fetched again after a while.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use forebay_ports::{Secret, SecretStore};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::Signed;
use super::oauth1::{Once, Tokens, header};
use crate::netsuite::failure::Failure;

/// Secrets are kept this long, so that a page does not cost four requests to the vault.
const KEPT: Duration = Duration::from_secs(300);

/// Names of the four secrets.
#[derive(Debug, Clone)]
pub struct SecretNames {
    pub consumer_key: String,
    pub consumer_secret: String,
    pub token_id: String,
    pub token_secret: String,
}

struct Held {
    consumer_key: Secret,
    consumer_secret: Secret,
    token_id: Secret,
    token_secret: Secret,
    until: Instant,
}

pub struct Tba {
    realm: String,
    names: SecretNames,
    secrets: Arc<dyn SecretStore>,
    held: Mutex<Option<Held>>,
    /// The account refused what was held: it is fetched past anything remembered.
    refused: AtomicBool,
}

impl fmt::Debug for Tba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tba").field("realm", &self.realm).field("names", &self.names).finish_non_exhaustive()
    }
}

impl Tba {
    pub fn new(realm: String, names: SecretNames, secrets: Arc<dyn SecretStore>) -> Self {
        Self { realm, names, secrets, held: Mutex::new(None), refused: AtomicBool::new(false) }
    }

    pub async fn header(&self, request: Signed<'_>) -> Result<String, Failure> {
        let mut guard = self.held.lock().await;
        let held = match guard.take().filter(|held| Instant::now() < held.until) {
            Some(held) => held,
            None => self.fetch().await?,
        };
        let held = guard.insert(held);
        let tokens = Tokens {
            consumer_key: held.consumer_key.expose().trim(),
            consumer_secret: held.consumer_secret.expose().trim(),
            token_id: held.token_id.expose().trim(),
            token_secret: held.token_secret.expose().trim(),
        };
        let nonce = format!("{:032x}", rand::random::<u128>());
        let once = Once { nonce: &nonce, timestamp: OffsetDateTime::now_utc().unix_timestamp() };
        Ok(header(request, &self.realm, &tokens, &once))
    }

    pub async fn forget(&self) {
        *self.held.lock().await = None;
        self.refused.store(true, Ordering::Relaxed);
    }

    async fn fetch(&self) -> Result<Held, Failure> {
        let anew = self.refused.swap(false, Ordering::Relaxed);
        Ok(Held {
            consumer_key: self.secret("consumer_key", &self.names.consumer_key, anew).await?,
            consumer_secret: self.secret("consumer_secret", &self.names.consumer_secret, anew).await?,
            token_id: self.secret("token_id", &self.names.token_id, anew).await?,
            token_secret: self.secret("token_secret", &self.names.token_secret, anew).await?,
            until: Instant::now() + KEPT,
        })
    }

    async fn secret(&self, purpose: &str, name: &str, anew: bool) -> Result<Secret, Failure> {
        let secret = if anew { self.secrets.refetch(name).await } else { self.secrets.get(name).await };
        secret.map_err(|e| Failure::of_secret(purpose, e))
    }
}
