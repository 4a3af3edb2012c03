//! Secrets from Azure Key Vault.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport, Url};
use azure_security_keyvault_secrets::models::Secret as VaultSecret;
use azure_security_keyvault_secrets::{ResourceExt, SecretClient, SecretClientOptions};
use forebay_ports::{PortError, Secret, SecretStore};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::crypto::install_crypto_provider;
use crate::error::{classify, misconfigured, rejected, transient};

const SERVICE: &str = "Key Vault";

/// Longest wait for one secret, the client's own retries included.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a fetched secret is used again: long enough to stay far below the vault's limit of requests,
/// short enough that a rotated secret takes hold.
const KEEP: Duration = Duration::from_secs(120);

/// The secrets of one vault, as the credential's identity.
pub struct KeyVaultSecrets {
    client: SecretClient,
    vault: String,
    keep: Duration,
    fetched: Mutex<HashMap<String, (Instant, Secret)>>,
}

impl KeyVaultSecrets {
    /// `vault_url` is the vault's address, such as `https://example.vault.azure.net`.
    pub fn new(vault_url: &str, credential: Arc<dyn TokenCredential>) -> Result<Self, PortError> {
        Self::with_transport(vault_url, credential, None)
    }

    /// The same through another transport, which is how tests put a stand-in behind the real client.
    pub fn with_transport(
        vault_url: &str,
        credential: Arc<dyn TokenCredential>,
        transport: Option<Transport>,
    ) -> Result<Self, PortError> {
        install_crypto_provider();
        let url = Url::parse(vault_url.trim())
            .map_err(|e| misconfigured(SERVICE, format!("FOREBAY_KEYVAULT_URL is no URL: {e}")))?;
        let Some(host) = url.host_str().filter(|_| url.scheme() == "https") else {
            return Err(misconfigured(SERVICE, "FOREBAY_KEYVAULT_URL must start with https://"));
        };
        let vault = host.to_owned();
        let client_options = ClientOptions { retry: retries(), transport, ..ClientOptions::default() };
        let options = SecretClientOptions { client_options, ..SecretClientOptions::default() };
        let client = SecretClient::new(url.as_str(), credential, Some(options))
            .map_err(|e| misconfigured(SERVICE, e.to_string()))?;
        Ok(Self { client, vault, keep: KEEP, fetched: Mutex::new(HashMap::new()) })
    }

    /// Changes how long a fetched secret is used again; zero asks the vault each time.
    #[must_use]
    pub fn keeping(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    async fn fetch(&self, name: &str) -> Result<Secret, PortError> {
        let what = format!("secret {name} in {}", self.vault);
        let asking = async { self.client.get_secret(name, None).await?.into_model() };
        let found = timeout(PATIENCE, Box::pin(asking))
            .await
            .map_err(|_elapsed| transient(SERVICE, format!("{what}: no answer within {PATIENCE:?}")))?
            .map_err(|e| classify(SERVICE, &what, &e))?;
        let secret = read(found, &what)?;
        tracing::info!(
            target: "forebay::audit",
            vault = self.vault,
            secret = name,
            version = secret.version,
            "secret fetched"
        );
        Ok(secret)
    }
}

#[async_trait]
impl SecretStore for KeyVaultSecrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        check_name(name)?;
        let mut fetched = self.fetched.lock().await;
        // Dropped here, not only passed over: an expired secret has no business in memory.
        fetched.retain(|_, (at, _)| at.elapsed() < self.keep);
        if let Some((_, secret)) = fetched.get(name) {
            return Ok(secret.clone());
        }
        drop(fetched);
        let secret = self.fetch(name).await?;
        if !self.keep.is_zero() {
            self.fetched.lock().await.insert(name.to_owned(), (Instant::now(), secret.clone()));
        }
        Ok(secret)
    }
}

fn read(found: VaultSecret, what: &str) -> Result<Secret, PortError> {
    let version = found.resource_id().ok().and_then(|id| id.version);
    match (found.value, version) {
        (Some(value), Some(version)) => Ok(Secret::new(value, version)),
        _ => Err(rejected(SERVICE, format!("{what}: the answer has no value or no version"))),
    }
}

/// The vault's rule. The client pastes the name into a path, so nothing else may pass.
fn check_name(name: &str) -> Result<(), PortError> {
    let valid =
        (1..=127).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if valid {
        return Ok(());
    }
    Err(rejected(SERVICE, format!("{name:?} cannot name a secret: use 1 to 127 of a-z, A-Z, 0-9 and '-'")))
}

fn retries() -> RetryOptions {
    RetryOptions::exponential(ExponentialRetryOptions {
        max_retries: 3,
        max_delay: azure_core::time::Duration::seconds(4),
        max_total_elapsed: azure_core::time::Duration::seconds(20),
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_path() {
        assert!(check_name("netsuite-key-1").is_ok());
        for bad in ["", "a/b", "../keys/x", "a?b", "a_b", "ä", &"x".repeat(128)] {
            assert!(matches!(check_name(bad), Err(PortError::Rejected { .. })), "{bad:?}");
        }
    }

    #[test]
    fn a_vault_is_reached_encrypted_or_not_at_all() {
        let made = |url: &str| KeyVaultSecrets::new(url, Arc::new(crate::LocalCredential));
        assert!(made("https://example.vault.azure.net").is_ok());
        for bad in ["http://example.vault.azure.net", "example", ""] {
            assert!(matches!(made(bad), Err(PortError::Misconfigured { .. })), "{bad:?}");
        }
    }
}
