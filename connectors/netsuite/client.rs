//! Sends requests: signed per attempt, retried within bounds, failures classified.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use forebay_ports::SecretStore;
use http::HeaderMap;
use reqwest::Method;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use super::auth::{Authorizer, Signed};
use super::classify::classify;
use super::config::{BaseUrl, Settings};
use super::failure::Failure;
use crate::http::{ClientSettings, RetryPolicy, build, explain, retry_after};

const SUITEQL: &str = "/services/rest/query/v1/suiteql";

/// How often a 500 UNEXPECTED_ERROR is worth repeating before its columns are suspected.
const UNEXPECTED_ATTEMPTS: u32 = 2;
/// How often an answer that cannot be read is fetched before it is held against the source: once more,
/// because it may have been cut or garbled on its way.
const READINGS: u32 = 2;

/// What to do about a 500 UNEXPECTED_ERROR, which may be an outage or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Report it at once: the caller is looking for the column.
    Once,
    /// Send the query a second time first.
    Usual,
    /// No column is to blame: take it for an outage.
    Outage,
}

/// One client per connector; connects on first use.
#[derive(Debug)]
pub struct Client {
    http: OnceCell<reqwest::Client>,
    http_settings: ClientSettings,
    base_url: BaseUrl,
    authorizer: Authorizer,
    retry: RetryPolicy,
}

/// One request, to be sent as often as it takes.
#[derive(Debug)]
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: Vec<(&'a str, String)>,
    accept: &'a str,
    /// A JSON body.
    body: Option<Bytes>,
    patience: Patience,
}

impl Client {
    pub fn new(settings: &Settings, secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            http: OnceCell::new(),
            http_settings: ClientSettings {
                read_timeout: settings.read_timeout,
                loopback: settings.base_url.is_loopback(),
            },
            base_url: settings.base_url.clone(),
            authorizer: Authorizer::new(settings, secrets),
            retry: settings.retry,
        }
    }

    /// Runs a SuiteQL query for its first `limit` rows and reads the answer. What `read` complains of is a
    /// `Contradiction`, after a second try.
    pub async fn suiteql<T>(
        &self,
        query: &str,
        limit: u32,
        patience: Patience,
        read: impl Fn(Bytes) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let body = serde_json::to_vec(&serde_json::json!({ "q": query })).map(Bytes::from);
        let body = body.map_err(|e| Failure::Refused { detail: e.to_string() })?;
        tracing::debug!(query, limit, "suiteql");
        let call = Call {
            method: Method::POST,
            path: SUITEQL,
            query: vec![("limit", limit.to_string()), ("offset", "0".to_owned())],
            accept: "application/json",
            body: Some(body),
            patience,
        };
        self.send(&call, read).await
    }

    /// Gets a resource, whose `path` starts with `/`, and reads the answer.
    pub async fn get<T>(
        &self,
        path: &str,
        query: Vec<(&str, String)>,
        accept: &str,
        read: impl Fn(Bytes) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let call = Call { method: Method::GET, path, query, accept, body: None, patience: Patience::Outage };
        self.send(&call, read).await
    }

    async fn send<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(Bytes) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let (mut attempt, mut readings, mut renewed) = (1, 1, false);
        loop {
            let failure = match self.send_once(call).await {
                Ok(body) => match read(body) {
                    Ok(answer) => return Ok(answer),
                    Err(evidence) => Failure::Contradiction { evidence },
                },
                Err(failure) => failure,
            };
            if matches!(failure, Failure::Unauthorized { .. }) && !renewed {
                // The token may have expired or the secret may have been replaced: both are fetched once more.
                renewed = true;
                self.authorizer.forget().await;
                continue;
            }
            if matches!(failure, Failure::Contradiction { .. }) && readings < READINGS {
                readings += 1;
                tracing::warn!(path = call.path, reason = ?failure, "the answer is fetched once more");
                continue;
            }
            let Some(wait) = self.wait(&failure, attempt, call.patience) else {
                return Err(after(failure, attempt));
            };
            tracing::info!(attempt, wait_ms = wait.as_millis(), reason = ?failure, "request is sent again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    fn wait(&self, failure: &Failure, attempt: u32, patience: Patience) -> Option<Duration> {
        let again = match (failure, patience) {
            (Failure::Unexpected { .. }, Patience::Once) => false,
            (Failure::Unexpected { .. }, Patience::Usual) => attempt < UNEXPECTED_ATTEMPTS,
            (Failure::Unexpected { .. }, Patience::Outage) => true,
            _ => failure.is_passing(),
        };
        if again { self.retry.delay(attempt, rand::random(), failure.retry_after()) } else { None }
    }

    async fn http(&self) -> Result<&reqwest::Client, Failure> {
        let settings = self.http_settings;
        let made = self.http.get_or_try_init(|| async move { build(settings) }).await;
        made.map_err(|e| Failure::Misconfigured {
            detail: format!("the HTTP client cannot be made ({e}); check the machine's TLS certificates and proxy settings"),
        })
    }

    async fn send_once(&self, call: &Call<'_>) -> Result<Bytes, Failure> {
        let http = self.http().await?;
        let url = self.base_url.join(call.path);
        let signed = Signed { method: call.method.as_str(), url: &url, query: &call.query };
        let authorization = self.authorizer.header(http, signed).await?;
        let mut request = http
            .request(call.method.clone(), &url)
            .query(&call.query)
            .header(http::header::AUTHORIZATION, authorization)
            .header(http::header::ACCEPT, call.accept);
        if let Some(body) = &call.body {
            // SuiteQL answers nothing without this preference.
            request =
                request.header("prefer", "transient").header(http::header::CONTENT_TYPE, "application/json");
            request = request.body(body.clone());
        }
        let passing = |e: reqwest::Error| Failure::Transient { detail: explain(&e) };
        let answer = request.send().await.map_err(passing)?;
        let status = answer.status().as_u16();
        let wait = asked_wait(answer.headers());
        let body = answer.bytes().await.map_err(passing)?;
        if (200..300).contains(&status) { Ok(body) } else { Err(classify(status, &body, wait)) }
    }
}

fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    retry_after(value, OffsetDateTime::now_utc())
}

/// Says how often it was tried, where that is more than once.
fn after(failure: Failure, attempts: u32) -> Failure {
    let add =
        |detail: String| if attempts > 1 { format!("{detail} (after {attempts} attempts)") } else { detail };
    match failure {
        Failure::Throttled { detail, retry_after } => Failure::Throttled {
            detail: format!(
                "{}; lower the account's other integrations or its schedule, or add concurrency",
                add(detail)
            ),
            retry_after,
        },
        Failure::Transient { detail } => Failure::Transient { detail: add(detail) },
        Failure::Unexpected { detail } => Failure::Unexpected { detail: add(detail) },
        other => other,
    }
}
