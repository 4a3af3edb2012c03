//! OAuth 2.0 machine to machine: tokens, cached until shortly before they expire.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use forebay_ports::SecretStore;
use serde::Deserialize;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::assertion::{assertion, claims};
use super::key::SigningKey;
use crate::http::{Attempts, explain, retry_after};
use crate::netsuite::classify::classify;
use crate::netsuite::config::Algorithm;
use crate::netsuite::failure::Failure;
use crate::netsuite::tried::{Patience, Tried};

pub const TOKEN_PATH: &str = "/services/rest/auth/oauth2/v1/token";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A token is replaced this long before it expires, or at nine tenths of a shorter life, so that none
/// expires on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// Who asks for tokens.
#[derive(Debug, Clone)]
pub struct Identity {
    pub client_id: String,
    pub certificate_id: String,
    pub algorithm: Option<Algorithm>,
    pub private_key_secret: String,
    pub token_url: String,
}

struct Token {
    value: String,
    replace_at: Instant,
}

pub struct OAuth2 {
    identity: Identity,
    secrets: Arc<dyn SecretStore>,
    /// Held while a token is fetched, so that many readers fetch one.
    token: Mutex<Option<Token>>,
}

impl fmt::Debug for OAuth2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2").field("identity", &self.identity).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    /// Seconds; NetSuite sends a string, the standard a number.
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

impl OAuth2 {
    pub fn new(identity: Identity, secrets: Arc<dyn SecretStore>) -> Self {
        Self { identity, secrets, token: Mutex::new(None) }
    }

    pub async fn header(&self) -> Result<String, Failure> {
        let token = self.token.lock().await;
        let value = token.as_ref().map(|token| format!("Bearer {}", token.value));
        value.ok_or_else(|| Failure::Transient { detail: "the token was given up by another request".into() })
    }

    /// Sees to a token that lives long enough for a request. Where the token service refuses the
    /// assertion, the key is fetched past anything remembered and tried once more.
    pub async fn prepare(&self, http: &reqwest::Client, attempts: &Attempts<'_>) -> Result<(), Failure> {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| Instant::now() < token.replace_at) {
            return Ok(());
        }
        let anew = AtomicBool::new(false);
        let anew = &anew;
        let send = || async move {
            let fresh = self.fetch(http, anew.load(Ordering::Relaxed)).await;
            fresh.map_err(|failure| Tried { failure, patience: Patience::Outage, login: false })
        };
        let renew = || async move { anew.store(true, Ordering::Relaxed) };
        let fresh = attempts.run(send, renew).await.map_err(|tried: Tried| tried.failure)?;
        *token = Some(fresh);
        Ok(())
    }

    pub async fn forget(&self) {
        *self.token.lock().await = None;
    }

    async fn assertion(&self, anew: bool) -> Result<String, Failure> {
        let identity = &self.identity;
        let name = &identity.private_key_secret;
        let secret = if anew { self.secrets.refetch(name).await } else { self.secrets.get(name).await };
        let secret = secret.map_err(|e| Failure::of_secret("private_key", e))?;
        let wrong = |why: String| Failure::Misconfigured {
            detail: format!("secret '{}' (private_key): {why}", identity.private_key_secret),
        };
        let key = SigningKey::from_pem(secret.expose()).map_err(wrong)?;
        let algorithm = key.algorithm(identity.algorithm).map_err(wrong)?;
        let claims = claims(&identity.client_id, &identity.token_url, OffsetDateTime::now_utc());
        assertion(&key, algorithm, &identity.certificate_id, &claims).map_err(wrong)
    }

    async fn fetch(&self, http: &reqwest::Client, anew: bool) -> Result<Token, Failure> {
        let assertion = self.assertion(anew).await?;
        let asked = Instant::now();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ];
        let passing = |e: &reqwest::Error| Failure::Transient { detail: explain(e) };
        let answer = http.post(&self.identity.token_url).form(&form).send().await.map_err(|e| passing(&e))?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").and_then(|v| v.to_str().ok());
        let wait = wait.and_then(|v| retry_after(v, OffsetDateTime::now_utc()));
        let body = answer.bytes().await.map_err(|e| passing(&e))?;
        if !(200..300).contains(&status) {
            return Err(refused(status, &body, wait));
        }
        read_token(&body, asked)
    }
}

/// A refusal in OAuth's own shape means the credentials; anything else is classified as ever.
fn refused(status: u16, body: &[u8], wait: Option<Duration>) -> Failure {
    let refusal =
        serde_json::from_slice::<TokenRefusal>(body).ok().filter(|_| matches!(status, 400 | 401 | 403));
    let Some(refusal) = refusal else {
        return match classify(status, body, wait) {
            Failure::Refused { detail } => Failure::Unauthorized { detail },
            Failure::NotFound { detail } => Failure::Misconfigured {
                detail: format!(
                    "no token service at this address; check 'account' and 'base_url' ({detail})"
                ),
            },
            other => other,
        };
    };
    let description = refusal.error_description.unwrap_or_default();
    let advice = match refusal.error.as_str() {
        "invalid_scope" => "allow the scope 'REST Web Services' in the integration record",
        _ => {
            "check 'client_id', 'certificate_id' and that the private key belongs to that certificate; that the \
             integration record is enabled for client credentials; and this machine's clock. A sandbox refresh \
             removes certificates"
        }
    };
    Failure::Unauthorized {
        detail: format!("the token service says {}: {description}; {advice}", refusal.error),
    }
}

fn read_token(body: &[u8], asked: Instant) -> Result<Token, Failure> {
    // The body is not quoted: it may hold a token.
    let answer: TokenAnswer = serde_json::from_slice(body).map_err(|_| Failure::Transient {
        detail: "the token service's answer holds no access_token".into(),
    })?;
    let seconds = answer.expires_in.as_ref().and_then(|value| match value {
        serde_json::Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    let life = Duration::from_secs(seconds.unwrap_or(3600));
    Ok(Token { value: answer.access_token, replace_at: asked + life.saturating_sub(MARGIN.min(life / 10)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_replaced_before_it_expires() {
        let asked = Instant::now();
        let at = |body: &str| read_token(body.as_bytes(), asked).map(|t| t.replace_at - asked);
        assert_eq!(at(r#"{"access_token":"x","expires_in":"3600"}"#), Ok(Duration::from_secs(3540)));
        assert_eq!(at(r#"{"access_token":"x","expires_in":10}"#), Ok(Duration::from_secs(9)));
        assert!(at(r#"{"expires_in":10}"#).is_err());
    }

    #[test]
    fn a_refused_assertion_says_what_to_check() {
        let of = |status, body: &str| refused(status, body.as_bytes(), None);
        let Failure::Unauthorized { detail } = of(400, r#"{"error":"invalid_grant"}"#) else { panic!() };
        assert!(detail.contains("'certificate_id'"));
        let Failure::Unauthorized { detail } = of(401, r#"{"error":"invalid_client"}"#) else { panic!() };
        assert!(detail.contains("'client_id'"));
        assert!(matches!(of(503, ""), Failure::Transient { .. }));
        assert!(matches!(of(404, ""), Failure::Misconfigured { .. }));
    }
}
