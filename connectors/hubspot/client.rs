//! Sends requests: within the account's budget, retried within bounds, failures classified.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use forebay_model::Instant;
use forebay_ports::RequestGate;
use http::HeaderMap;
use reqwest::Method;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::sync::OnceCell;

use super::auth::Authorizer;
use super::budget::Budget;
use super::classify::{Refusal, classify};
use super::config::{BaseUrl, Settings};
use super::failure::Failure;
use super::limits::{BURST, SEARCH};
use crate::Context;
use crate::http::{Attempts, ClientSettings, RetryPolicy, build, explain, retry_after};

/// One client per connector; connects on first use.
pub struct Client {
    http: OnceCell<reqwest::Client>,
    http_settings: ClientSettings,
    base_url: BaseUrl,
    authorizer: Authorizer,
    gate: Arc<dyn RequestGate>,
    retry: RetryPolicy,
    pub budget: Budget,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A good answer.
#[derive(Debug, Clone)]
pub struct Answered {
    pub body: Bytes,
    /// The server's clock, in whole seconds.
    pub date: Option<Instant>,
}

/// One request, to be sent as often as it takes.
#[derive(Debug, Clone)]
struct Call {
    method: Method,
    /// Path and query.
    path: String,
    /// JSON.
    body: Option<Bytes>,
    lane: &'static str,
    /// Sent although the day's requests are nearly used: what tells how many are left.
    exempt: bool,
}

impl Client {
    pub fn new(settings: &Settings, context: Context) -> Self {
        Self {
            http: OnceCell::new(),
            http_settings: ClientSettings {
                read_timeout: settings.read_timeout,
                loopback: settings.base_url.is_loopback(),
            },
            base_url: settings.base_url.clone(),
            authorizer: Authorizer::new(settings, context.secrets),
            gate: context.gate,
            retry: settings.retry,
            budget: Budget::new(settings.daily_percent),
        }
    }

    /// Characters of the address of `path`.
    pub fn address_length(&self, path: &str) -> usize {
        self.base_url.as_str().len() + path.len()
    }

    /// Gets `path`, which starts with `/` and may hold a query, and reads the answer. What `read` complains
    /// of is a `Contradiction`, after a second try.
    pub async fn get<T: Send>(
        &self,
        path: String,
        read: impl Fn(Answered) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        self.send(Call { method: Method::GET, path, body: None, lane: BURST, exempt: false }, read).await
    }

    /// As `get`, for what is asked even when the day's requests are nearly used.
    pub async fn ask<T: Send>(
        &self,
        path: &str,
        read: impl Fn(Answered) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        let path = path.to_owned();
        self.send(Call { method: Method::GET, path, body: None, lane: BURST, exempt: true }, read).await
    }

    /// Posts a batch read.
    pub async fn post<T: Send>(
        &self,
        path: String,
        body: &Value,
        read: impl Fn(Answered) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        let body = Some(Bytes::from(body.to_string()));
        self.send(Call { method: Method::POST, path, body, lane: BURST, exempt: false }, read).await
    }

    /// Posts a search, which has a rate limit of its own.
    pub async fn search<T: Send>(
        &self,
        path: String,
        body: &Value,
        read: impl Fn(Answered) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        let body = Some(Bytes::from(body.to_string()));
        self.send(Call { method: Method::POST, path, body, lane: SEARCH, exempt: false }, read).await
    }

    async fn send<T: Send>(
        &self,
        call: Call,
        read: impl Fn(Answered) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        if let Some((detail, wait)) = self.budget.spent().filter(|_| !call.exempt) {
            return Err(Failure::Throttled { detail, retry_after: Some(wait) });
        }
        let attempts = Attempts { gate: self.gate.as_ref(), retry: self.retry, lane: Some(call.lane) };
        let (call, read) = (&call, &read);
        let once = move || async move {
            let answered = self.send_once(call).await?;
            read(answered).map_err(|evidence| Failure::Contradiction { evidence })
        };
        attempts.run(once, move || self.authorizer.forget()).await
    }

    async fn http(&self) -> Result<&reqwest::Client, Failure> {
        let settings = self.http_settings;
        let made = self.http.get_or_try_init(|| async move { build(settings) }).await;
        made.map_err(|e| Failure::Misconfigured {
            detail: format!("the HTTP client cannot be made ({e}); check the machine's TLS certificates and proxy settings"),
        })
    }

    async fn send_once(&self, call: &Call) -> Result<Answered, Failure> {
        let http = self.http().await?;
        let authorization = self.authorizer.header(http).await?;
        let mut request = http
            .request(call.method.clone(), self.base_url.join(&call.path))
            .header(http::header::AUTHORIZATION, authorization)
            .header(http::header::ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.header(http::header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        let passing = |e: reqwest::Error| Failure::Transient { detail: explain(&e), retry_after: None };
        let answer = request.send().await.map_err(passing)?;
        let machine = Instant::from_datetime(OffsetDateTime::now_utc());
        let (status, date) = (answer.status().as_u16(), date_of(answer.headers()));
        self.budget.learn(answer.headers(), date, machine);
        let retry_after = asked_wait(answer.headers());
        let body = answer.bytes().await.map_err(passing)?;
        if (200..300).contains(&status) {
            return Ok(Answered { body, date });
        }
        let until_midnight = self.budget.until_midnight(machine);
        Err(classify(Refusal { status, body: &body, retry_after, until_midnight }))
    }
}

fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    retry_after(value, OffsetDateTime::now_utc())
}

fn date_of(headers: &HeaderMap) -> Option<Instant> {
    let value = headers.get(http::header::DATE)?.to_str().ok()?;
    OffsetDateTime::parse(value, &Rfc2822).ok().map(Instant::from_datetime)
}
