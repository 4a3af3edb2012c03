//! How requests prove who sends them.

mod assertion;
mod key;
mod oauth1;
mod oauth2;
mod tba;

use std::sync::Arc;

use forebay_ports::SecretStore;
use http::HeaderValue;

use super::config::{AuthSettings, Settings};
use super::failure::Failure;
use crate::http::Attempts;

/// One request as far as a signature covers it.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    pub method: &'a str,
    /// Scheme, host and path, without the query.
    pub url: &'a str,
    pub query: &'a [(&'a str, String)],
}

/// Makes the `Authorization` header of each attempt.
#[derive(Debug)]
pub enum Authorizer {
    OAuth2(oauth2::OAuth2),
    Tba(tba::Tba),
}

impl Authorizer {
    pub fn new(settings: &Settings, secrets: Arc<dyn SecretStore>) -> Self {
        match &settings.auth {
            AuthSettings::OAuth2 { client_id, certificate_id, algorithm, private_key_secret } => {
                Self::OAuth2(oauth2::OAuth2::new(
                    oauth2::Identity {
                        client_id: client_id.clone(),
                        certificate_id: certificate_id.clone(),
                        algorithm: *algorithm,
                        private_key_secret: private_key_secret.clone(),
                        token_url: settings.base_url.join(oauth2::TOKEN_PATH),
                    },
                    secrets,
                ))
            }
            AuthSettings::Tba {
                realm,
                consumer_key_secret,
                consumer_secret_secret,
                token_id_secret,
                token_secret_secret,
            } => Self::Tba(tba::Tba::new(
                realm.clone(),
                tba::SecretNames {
                    consumer_key: consumer_key_secret.clone(),
                    consumer_secret: consumer_secret_secret.clone(),
                    token_id: token_id_secret.clone(),
                    token_secret: token_secret_secret.clone(),
                },
                secrets,
            )),
        }
    }

    /// Logs in where that takes a request, so that `header` needs none.
    pub async fn prepare(&self, http: &reqwest::Client, attempts: &Attempts<'_>) -> Result<(), Failure> {
        match self {
            Self::OAuth2(auth) => auth.prepare(http, attempts).await,
            Self::Tba(_) => Ok(()),
        }
    }

    /// The header for one attempt: a retry needs a new one.
    pub async fn header(&self, request: Signed<'_>) -> Result<HeaderValue, Failure> {
        let text = match self {
            Self::OAuth2(auth) => auth.header().await?,
            Self::Tba(auth) => auth.header(request).await?,
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| Failure::Misconfigured {
            detail:
                "the credentials hold characters that no HTTP header can carry; store them again without \
                     line breaks"
                    .into(),
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Drops what is remembered, so that the next request starts from the vault's secrets.
    pub async fn forget(&self) {
        match self {
            Self::OAuth2(auth) => auth.forget().await,
            Self::Tba(auth) => auth.forget().await,
        }
    }
}
