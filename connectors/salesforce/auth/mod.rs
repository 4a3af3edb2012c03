//! Sessions: one token for all readers, renewed once it is refused.
//!
//! Salesforce does not say how long a token lives (the org's session settings decide), so it is used until an
//! answer says INVALID_SESSION_ID.

mod answer;
mod jwt;

use std::fmt;
use std::sync::Arc;

use forebay_ports::{Secret, SecretStore};
use http::HeaderValue;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use self::jwt::Claims;
use super::config::{AuthSettings, BaseUrl, Settings};
use super::failure::Failure;
use crate::http::{Attempts, explain, retry_after};

const TOKEN_PATH: &str = "/services/oauth2/token";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Proof of who asks, and where to ask.
#[derive(Clone)]
pub struct Session {
    /// Tells sessions apart, so that many readers renew a refused one once.
    pub number: u64,
    pub authorization: HeaderValue,
    pub instance: BaseUrl,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    logins: u64,
    /// Why the last login failed.
    failure: Option<Failure>,
}

pub struct Authorizer {
    auth: AuthSettings,
    base: BaseUrl,
    secrets: Arc<dyn SecretStore>,
    /// Held while logging in, so that many readers log in once.
    state: Mutex<State>,
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorizer").field("auth", &self.auth).finish_non_exhaustive()
    }
}

impl Authorizer {
    pub fn new(settings: &Settings, secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            auth: settings.auth.clone(),
            base: settings.base_url.clone(),
            secrets,
            state: Mutex::new(State::default()),
        }
    }

    /// Logs in if nobody has.
    pub async fn ensure(&self, http: &reqwest::Client, attempts: Attempts<'_>) -> Result<(), Failure> {
        let mut state = self.state.lock().await;
        if state.session.is_some() {
            return Ok(());
        }
        self.log_in(&mut state, http, attempts).await
    }

    /// Logs in again, unless somebody else did since session `refused`. What goes wrong is what the next call
    /// of `session` says.
    pub async fn renew(&self, refused: u64, http: &reqwest::Client, attempts: Attempts<'_>) {
        let mut state = self.state.lock().await;
        if state.session.as_ref().is_some_and(|session| session.number != refused) {
            return;
        }
        state.session = None;
        if let Err(failure) = self.log_in(&mut state, http, attempts).await {
            state.failure = Some(failure);
        }
    }

    /// The session to ask with.
    pub async fn session(&self) -> Result<Session, Failure> {
        let state = self.state.lock().await;
        if let Some(session) = &state.session {
            return Ok(session.clone());
        }
        let failed = state.failure.clone();
        Err(failed.unwrap_or_else(|| Failure::SessionEnded { detail: "there is no session yet".into() }))
    }

    async fn log_in(
        &self,
        state: &mut State,
        http: &reqwest::Client,
        attempts: Attempts<'_>,
    ) -> Result<(), Failure> {
        // A refusal may mean that the secret was replaced: it is fetched anew, once.
        let stale = std::sync::atomic::AtomicBool::new(false);
        let grant = attempts
            .run(
                || self.ask(http, stale.load(std::sync::atomic::Ordering::Relaxed)),
                || {
                    stale.store(true, std::sync::atomic::Ordering::Relaxed);
                    std::future::ready(())
                },
            )
            .await?;
        state.logins += 1;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", grant.token)).map_err(|_| {
            Failure::Contradiction {
                evidence: "the token service gave a token that no HTTP header can carry".into(),
            }
        })?;
        authorization.set_sensitive(true);
        state.session = Some(Session { number: state.logins, authorization, instance: grant.instance });
        state.failure = None;
        Ok(())
    }

    async fn secret(&self, purpose: &str, name: &str, anew: bool) -> Result<Secret, Failure> {
        let secret = if anew { self.secrets.refetch(name).await } else { self.secrets.get(name).await };
        secret.map_err(|e| Failure::of_secret(purpose, e))
    }

    /// One login, its secret fetched for it.
    async fn ask(&self, http: &reqwest::Client, anew: bool) -> Result<answer::Grant, Failure> {
        let (at, form) = self.form(anew).await?;
        let passing = |e: &reqwest::Error| Failure::Transient { detail: explain(e) };
        let sent =
            http.post(at.join(TOKEN_PATH)).header(http::header::ACCEPT, "application/json").form(&form);
        let answer = sent.send().await.map_err(|e| passing(&e))?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get(http::header::RETRY_AFTER).and_then(|v| v.to_str().ok());
        let wait = wait.and_then(|v| retry_after(v, OffsetDateTime::now_utc()));
        let body = answer.bytes().await.map_err(|e| passing(&e))?;
        if (200..300).contains(&status) {
            answer::granted(&body, &self.base)
        } else {
            Err(answer::refused(status, &body, wait))
        }
    }

    async fn form(&self, anew: bool) -> Result<(&BaseUrl, Vec<(&'static str, String)>), Failure> {
        match &self.auth {
            AuthSettings::ClientCredentials { client_id, client_secret_secret } => {
                let secret = self.secret("client_secret", client_secret_secret, anew).await?;
                let form = vec![
                    ("grant_type", "client_credentials".to_owned()),
                    ("client_id", client_id.clone()),
                    ("client_secret", secret.expose().trim().to_owned()),
                ];
                Ok((&self.base, form))
            }
            AuthSettings::Jwt { client_id, username, login_url, private_key_secret } => {
                let secret = self.secret("private_key", private_key_secret, anew).await?;
                let audience = login_url.to_string();
                let claims = Claims { client_id, username, audience: &audience };
                let assertion = jwt::assertion(secret.expose(), claims, OffsetDateTime::now_utc());
                let assertion = assertion.map_err(|why| Failure::Misconfigured {
                    detail: format!("secret '{private_key_secret}' (private_key): {why}"),
                })?;
                Ok((&self.base, vec![("grant_type", JWT_BEARER.to_owned()), ("assertion", assertion)]))
            }
        }
    }
}
