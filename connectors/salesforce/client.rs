//! Sends requests: through the account's gate, retried within bounds, failures classified, the org's daily
//! requests watched.

mod composite;
mod usage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use forebay_ports::RequestGate;
use http::{HeaderMap, StatusCode};
use reqwest::Method;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use super::auth::Authorizer;
use super::classify::classify;
use super::config::Settings;
use super::failure::Failure;
use crate::Context;
use crate::http::{Attempts, ClientSettings, RetryPolicy, build, explain, retry_after};

use self::usage::Usage;

/// The longest query, percent-encoded, that goes into an address. Salesforce takes 16,384 bytes for address and
/// headers together (Help article 000386264); the headers, the token among them, are given half.
const MAX_QUERY: usize = 8_000;

/// An answer with status 2xx.
#[derive(Debug)]
pub struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Which rows a query sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Living rows that are not archived.
    Living,
    /// Deleted and archived rows too.
    All,
}

impl Scope {
    /// The resource of REST, and the operation of the Bulk API.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Living => "query",
            Self::All => "queryAll",
        }
    }
}

/// One client per connector; connects on first use.
#[derive(Debug)]
pub struct Client {
    http: OnceCell<reqwest::Client>,
    http_settings: ClientSettings,
    authorizer: Authorizer,
    gate: Arc<dyn RequestGate>,
    retry: RetryPolicy,
    version: String,
    batch: u32,
    usage: Usage,
}

/// One request, to be sent as often as it takes.
#[derive(Debug)]
struct Call<'a> {
    method: Method,
    /// Below the version, starting with `/`.
    path: &'a str,
    query: Vec<(&'a str, String)>,
    accept: &'a str,
    /// A JSON body.
    body: Option<Bytes>,
}

impl Client {
    pub fn new(settings: &Settings, context: Context) -> Self {
        Self {
            http: OnceCell::new(),
            http_settings: ClientSettings {
                read_timeout: settings.read_timeout,
                loopback: settings.base_url.is_loopback(),
            },
            authorizer: Authorizer::new(settings, context.secrets),
            gate: context.gate,
            retry: settings.retry,
            version: settings.api_version.clone(),
            batch: settings.page_size.max(200),
            usage: Usage::new(settings.quota_percent),
        }
    }

    /// How long to wait for what takes a while: longer from time to time.
    pub fn patience(&self, times: u32) -> Duration {
        self.retry.first_delay.saturating_mul(2u32.saturating_pow(times.min(10))).min(Duration::from_secs(10))
    }

    /// Fails where the org's daily requests are used as far as we may.
    pub fn check_quota(&self) -> Result<(), Failure> {
        self.usage.check()
    }

    /// Runs a query and reads its first page. What `read` complains of is a `Contradiction`, after a second
    /// try. A query too long for an address travels in the body of a composite request, whose inner answer
    /// is the same text.
    pub async fn query<T: Send>(
        &self,
        soql: &str,
        scope: Scope,
        read: impl Fn(Bytes) -> Result<T, String> + Sync,
    ) -> Result<T, Failure> {
        tracing::debug!(soql, ?scope, "query");
        let resource = format!("/{}", scope.resource());
        let encoded: String = url::form_urlencoded::byte_serialize(soql.as_bytes()).collect();
        if encoded.len() <= MAX_QUERY {
            let query = vec![("q", soql.to_owned())];
            return self.get(&resource, query, |answer| read(answer.body)).await;
        }
        let url = format!("/services/data/v{}{resource}?q={encoded}", self.version);
        let call = Call {
            method: Method::POST,
            path: "/composite",
            query: Vec::new(),
            accept: "application/json",
            body: Some(composite::request(&url, self.batch)),
        };
        self.send(&call, |answer| {
            let page = composite::inner(&answer.body)?.map_err(Complaint::Failed)?;
            read(page).map_err(Complaint::Evidence)
        })
        .await
    }

    /// Gets a resource and reads the answer.
    pub async fn get<T: Send>(
        &self,
        path: &str,
        query: Vec<(&str, String)>,
        read: impl Fn(Answer) -> Result<T, String> + Sync,
    ) -> Result<T, Failure> {
        self.fetch(path, query, "application/json", read).await
    }

    /// As `get`, where another form than JSON is wanted.
    pub async fn fetch<T: Send>(
        &self,
        path: &str,
        query: Vec<(&str, String)>,
        accept: &str,
        read: impl Fn(Answer) -> Result<T, String> + Sync,
    ) -> Result<T, Failure> {
        let call = Call { method: Method::GET, path, query, accept, body: None };
        self.send(&call, |answer| read(answer).map_err(Complaint::Evidence)).await
    }

    /// Posts JSON and reads the answer.
    pub async fn post<T: Send>(
        &self,
        path: &str,
        body: &serde_json::Value,
        read: impl Fn(Answer) -> Result<T, String> + Sync,
    ) -> Result<T, Failure> {
        let body = Some(Bytes::from(body.to_string()));
        let call = Call { method: Method::POST, path, query: Vec::new(), accept: "application/json", body };
        self.send(&call, |answer| read(answer).map_err(Complaint::Evidence)).await
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let call =
            Call { method: Method::DELETE, path, query: Vec::new(), accept: "application/json", body: None };
        self.send(&call, |_| Ok(())).await
    }

    fn attempts(&self) -> Attempts<'_> {
        Attempts { gate: self.gate.as_ref(), retry: self.retry, lane: None }
    }

    async fn send<T: Send>(
        &self,
        call: &Call<'_>,
        read: impl Fn(Answer) -> Result<T, Complaint> + Sync,
    ) -> Result<T, Failure> {
        let http = self.http().await?;
        self.authorizer.ensure(http, self.attempts()).await?;
        let used = AtomicU64::new(0);
        let (used, read) = (&used, &read);
        let send = || async move {
            let answer = self.send_once(http, call, used).await?;
            read(answer).map_err(|complaint| match complaint {
                Complaint::Evidence(evidence) => Failure::Contradiction { evidence },
                Complaint::Failed(failure) => failure,
            })
        };
        let renew = || self.authorizer.renew(used.load(Ordering::Relaxed), http, self.attempts());
        self.attempts().run(send, renew).await
    }

    async fn http(&self) -> Result<&reqwest::Client, Failure> {
        let settings = self.http_settings;
        let made = self.http.get_or_try_init(|| async move { build(settings) }).await;
        made.map_err(|e| Failure::Misconfigured {
            detail: format!("the HTTP client cannot be made ({e}); check the machine's TLS certificates and proxy settings"),
        })
    }

    async fn send_once(
        &self,
        http: &reqwest::Client,
        call: &Call<'_>,
        used: &AtomicU64,
    ) -> Result<Answer, Failure> {
        self.usage.check()?;
        let session = self.authorizer.session().await?;
        used.store(session.number, Ordering::Relaxed);
        let url = session.instance.join(&format!("/services/data/v{}{}", self.version, call.path));
        let mut request = http
            .request(call.method.clone(), &url)
            .query(&call.query)
            .header(http::header::AUTHORIZATION, session.authorization)
            .header(http::header::ACCEPT, call.accept);
        if call.path.starts_with("/query") {
            request = request.header("Sforce-Query-Options", format!("batchSize={}", self.batch));
        }
        if let Some(body) = &call.body {
            request = request.header(http::header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        let passing = |e: reqwest::Error| Failure::Transient { detail: explain(&e) };
        let answer = request.send().await.map_err(passing)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        self.usage.observe(&headers);
        let body = answer.bytes().await.map_err(passing)?;
        if status.is_success() { Ok(Answer { headers, body }) } else { Err(failed(status, &headers, &body)) }
    }
}

/// What is wrong with an answer.
enum Complaint {
    Evidence(String),
    /// The answer says itself why it holds nothing.
    Failed(Failure),
}

impl From<String> for Complaint {
    fn from(evidence: String) -> Self {
        Self::Evidence(evidence)
    }
}

fn failed(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let wait = headers.get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    classify(status.as_u16(), body, wait.and_then(|value| retry_after(value, OffsetDateTime::now_utc())))
}
