//! Sends requests: signed per attempt, retried within bounds, failures classified.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use forebay_ports::RequestGate;
use http::HeaderMap;
use reqwest::Method;
use time::OffsetDateTime;
use tokio::sync::{Mutex, OnceCell};

use super::auth::{Authorizer, Signed};
use super::classify::classify;
use super::config::{BaseUrl, Settings};
use super::failure::Failure;
use super::tried::{Patience, Tried};
use crate::Context;
use crate::http::{Attempts, ClientSettings, RetryPolicy, build, explain, retry_after};

const SUITEQL: &str = "/services/rest/query/v1/suiteql";

/// One client per connector; connects on first use.
#[derive(Debug)]
pub struct Client {
    http: OnceCell<reqwest::Client>,
    http_settings: ClientSettings,
    base_url: BaseUrl,
    authorizer: Authorizer,
    retry: RetryPolicy,
    gate: Arc<dyn RequestGate>,
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
    pub fn new(settings: &Settings, context: Context) -> Self {
        Self {
            http: OnceCell::new(),
            http_settings: ClientSettings {
                read_timeout: settings.read_timeout,
                loopback: settings.base_url.is_loopback(),
            },
            base_url: settings.base_url.clone(),
            authorizer: Authorizer::new(settings, context.secrets),
            retry: settings.retry,
            gate: context.gate,
        }
    }

    /// Runs a SuiteQL query for its first `limit` rows and reads the answer. What `read` complains of is a
    /// `Contradiction`, after a second try.
    pub async fn suiteql<T: Send>(
        &self,
        query: &str,
        limit: u32,
        patience: Patience,
        read: impl Fn(Bytes) -> Result<T, String> + Send + Sync,
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
    pub async fn get<T: Send>(
        &self,
        path: &str,
        query: Vec<(&str, String)>,
        accept: &str,
        read: impl Fn(Bytes) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        let call = Call { method: Method::GET, path, query, accept, body: None, patience: Patience::Outage };
        self.send(&call, read).await
    }

    async fn send<T: Send>(
        &self,
        call: &Call<'_>,
        read: impl Fn(Bytes) -> Result<T, String> + Send + Sync,
    ) -> Result<T, Failure> {
        let http = self.http().await?;
        let attempts = Attempts { gate: self.gate.as_ref(), retry: self.retry, lane: None };
        self.authorizer.prepare(http, &attempts).await?;
        // A login enters the gate on its own, so it is never made within another request's pass.
        let refused: Mutex<Option<Failure>> = Mutex::new(None);
        let (read, refused) = (&read, &refused);
        let send = || async move {
            if let Some(failure) = refused.lock().await.take() {
                return Err(Tried { failure, patience: call.patience, login: true });
            }
            let body = self.send_once(http, call).await;
            let answer =
                body.and_then(|body| read(body).map_err(|evidence| Failure::Contradiction { evidence }));
            answer.map_err(|failure| Tried { failure, patience: call.patience, login: false })
        };
        let renew = || async move {
            self.authorizer.forget().await;
            if let Err(failure) = self.authorizer.prepare(http, &attempts).await {
                *refused.lock().await = Some(failure);
            }
        };
        attempts.run(send, renew).await.map_err(|tried: Tried| tried.failure)
    }

    async fn http(&self) -> Result<&reqwest::Client, Failure> {
        let settings = self.http_settings;
        let made = self.http.get_or_try_init(|| async move { build(settings) }).await;
        made.map_err(|e| Failure::Misconfigured {
            detail: format!("the HTTP client cannot be made ({e}); check the machine's TLS certificates and proxy settings"),
        })
    }

    async fn send_once(&self, http: &reqwest::Client, call: &Call<'_>) -> Result<Bytes, Failure> {
        let url = self.base_url.join(call.path);
        let signed = Signed { method: call.method.as_str(), url: &url, query: &call.query };
        let authorization = self.authorizer.header(signed).await?;
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
