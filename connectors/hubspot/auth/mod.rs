//! How requests prove who sends them.

mod oauth;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_ports::{Secret, SecretStore};
use http::HeaderValue;
use tokio::sync::Mutex;

use super::config::{AuthSettings, Settings};
use super::failure::Failure;

/// The vault, and whether what it gave last was refused.
#[derive(Clone)]
struct Vault {
    secrets: Arc<dyn SecretStore>,
    refused: Arc<AtomicBool>,
}

impl Vault {
    /// The secret, past anything remembered where the last one was refused.
    async fn get(&self, purpose: &str, name: &str) -> Result<Secret, Failure> {
        let secret = if self.refused.load(Ordering::Relaxed) {
            self.secrets.refetch(name).await
        } else {
            self.secrets.get(name).await
        };
        secret.map_err(|e| Failure::of_secret(purpose, e))
    }
}

/// Makes the `Authorization` header of each attempt.
pub struct Authorizer {
    vault: Vault,
    method: Method,
}

enum Method {
    PrivateApp { token_secret: String, token: Mutex<Option<String>> },
    OAuth(oauth::OAuth),
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorizer")
    }
}

impl Authorizer {
    pub fn new(settings: &Settings, secrets: Arc<dyn SecretStore>) -> Self {
        let vault = Vault { secrets, refused: Arc::new(AtomicBool::new(false)) };
        let method = match &settings.auth {
            AuthSettings::PrivateApp { token_secret } => {
                Method::PrivateApp { token_secret: token_secret.clone(), token: Mutex::new(None) }
            }
            AuthSettings::OAuth { client_id, client_secret_secret, refresh_token_secret } => {
                Method::OAuth(oauth::OAuth::new(oauth::Identity {
                    client_id: client_id.clone(),
                    client_secret_secret: client_secret_secret.clone(),
                    refresh_token_secret: refresh_token_secret.clone(),
                    token_url: settings.base_url.join(oauth::TOKEN_PATH),
                }))
            }
        };
        Self { vault, method }
    }

    /// The header for one attempt.
    pub async fn header(&self, http: &reqwest::Client) -> Result<HeaderValue, Failure> {
        let token = match &self.method {
            Method::OAuth(oauth) => oauth.token(http, &self.vault).await?,
            Method::PrivateApp { token_secret, token } => {
                let mut held = token.lock().await;
                match held.as_ref() {
                    Some(token) => token.clone(),
                    None => {
                        let secret = self.vault.get("token", token_secret).await?;
                        held.insert(secret.expose().trim().to_owned()).clone()
                    }
                }
            }
        };
        let mut value =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| Failure::Misconfigured {
                detail: "the token holds characters that no HTTP header can carry; store it again without \
                         line breaks"
                    .into(),
            })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Drops what is remembered, so that the next request starts from the vault's newest secrets.
    pub async fn forget(&self) {
        self.vault.refused.store(true, Ordering::Relaxed);
        match &self.method {
            Method::PrivateApp { token, .. } => *token.lock().await = None,
            Method::OAuth(oauth) => oauth.forget().await,
        }
    }
}
