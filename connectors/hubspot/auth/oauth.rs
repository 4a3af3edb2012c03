//! OAuth: access tokens for a refresh token, cached until shortly before they expire.

use std::time::{Duration, Instant};

use serde::Deserialize;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::Vault;
use crate::http::{explain, retry_after};
use crate::hubspot::classify::{Refusal, classify};
use crate::hubspot::failure::Failure;

pub const TOKEN_PATH: &str = "/oauth/v1/token";

/// A token is replaced this long before it expires, or at nine tenths of a shorter life, so that none
/// expires on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// Who asks for tokens.
pub struct Identity {
    pub client_id: String,
    pub client_secret_secret: String,
    pub refresh_token_secret: String,
    pub token_url: String,
}

struct Token {
    value: String,
    replace_at: Instant,
}

pub struct OAuth {
    identity: Identity,
    /// Held while a token is fetched, so that many readers fetch one.
    token: Mutex<Option<Token>>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    /// Seconds.
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    /// `BAD_REFRESH_TOKEN` and the like.
    status: String,
}

impl OAuth {
    pub fn new(identity: Identity) -> Self {
        Self { identity, token: Mutex::new(None) }
    }

    pub async fn token(&self, http: &reqwest::Client, vault: &Vault) -> Result<String, Failure> {
        let mut token = self.token.lock().await;
        if let Some(usable) = token.as_ref().filter(|token| Instant::now() < token.replace_at) {
            return Ok(usable.value.clone());
        }
        let fresh = self.fetch(http, vault).await?;
        Ok(token.insert(fresh).value.clone())
    }

    pub async fn forget(&self) {
        *self.token.lock().await = None;
    }

    async fn fetch(&self, http: &reqwest::Client, vault: &Vault) -> Result<Token, Failure> {
        let identity = &self.identity;
        let client_secret = vault.get("client_secret", &identity.client_secret_secret).await?;
        let refresh_token = vault.get("refresh_token", &identity.refresh_token_secret).await?;
        let asked = Instant::now();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &identity.client_id),
            ("client_secret", client_secret.expose().trim()),
            ("refresh_token", refresh_token.expose().trim()),
        ];
        let passing = |e: &reqwest::Error| Failure::Transient { detail: explain(e), retry_after: None };
        let answer = http.post(&identity.token_url).form(&form).send().await.map_err(|e| passing(&e))?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").and_then(|v| v.to_str().ok());
        let wait = wait.and_then(|v| retry_after(v, OffsetDateTime::now_utc()));
        let body = answer.bytes().await.map_err(|e| passing(&e))?;
        if (200..300).contains(&status) { read(&body, asked) } else { Err(refused(status, &body, wait)) }
    }
}

/// A refusal in the token service's own shape means the credentials. Its words are not quoted: they may
/// repeat what was sent.
fn refused(status: u16, body: &[u8], retry_after: Option<Duration>) -> Failure {
    let refusal = serde_json::from_slice::<TokenRefusal>(body).ok();
    if let (400 | 401 | 403, Some(refusal)) = (status, refusal) {
        let known = refusal.status.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let said = if known { refusal.status.as_str() } else { "a refusal" };
        return Failure::Unauthorized {
            detail: format!(
                "the token service says {said}; check 'client_id', the client secret, and that the refresh token is of \
                 this app and the app is still installed"
            ),
        };
    }
    let until_midnight = Duration::ZERO;
    match classify(Refusal { status, body, retry_after, until_midnight }) {
        passing @ (Failure::Throttled { .. } | Failure::Transient { .. }) => passing,
        Failure::NotFound { .. } => {
            Failure::Misconfigured { detail: "no token service at this address; check 'base_url'".into() }
        }
        _ => Failure::Unauthorized { detail: format!("the token service answers HTTP {status}") },
    }
}

fn read(body: &[u8], asked: Instant) -> Result<Token, Failure> {
    // The body is not quoted: it may hold a token.
    let answer: TokenAnswer = serde_json::from_slice(body).map_err(|_| Failure::Transient {
        detail: "the token service's answer holds no access_token".into(),
        retry_after: None,
    })?;
    let life = Duration::from_secs(answer.expires_in.unwrap_or(1_800));
    Ok(Token { value: answer.access_token, replace_at: asked + life.saturating_sub(MARGIN.min(life / 10)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_replaced_before_it_expires() {
        let asked = Instant::now();
        let at = |body: &str| read(body.as_bytes(), asked).map(|token| token.replace_at - asked);
        assert_eq!(at(r#"{"access_token":"x","expires_in":1800}"#), Ok(Duration::from_secs(1_740)));
        assert_eq!(at(r#"{"access_token":"x","expires_in":10}"#), Ok(Duration::from_secs(9)));
        assert!(at(r#"{"expires_in":10}"#).is_err());
    }

    #[test]
    fn a_refused_refresh_token_says_what_to_check_and_quotes_nothing() {
        let body = br#"{"status":"BAD_REFRESH_TOKEN","message":"missing or unknown refresh token na1-1234"}"#;
        let Failure::Unauthorized { detail } = refused(400, body, None) else { panic!() };
        assert!(detail.contains("BAD_REFRESH_TOKEN") && !detail.contains("na1-1234"), "{detail}");
        assert!(matches!(refused(503, b"", None), Failure::Transient { .. }));
        assert!(matches!(refused(404, b"", None), Failure::Misconfigured { .. }));
    }
}
