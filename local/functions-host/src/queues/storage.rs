//! Queues of a storage account, or of Azurite, over the Queue service's REST API.

use super::source::{Message, QueueSource};
use super::storage_xml::{received, sent};
use crate::app::MessageEncoding;
use anyhow::{Context as _, bail};
use futures::future::BoxFuture;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header};
use std::time::Duration;

/// The version of the REST API that requests and signatures speak.
pub const API_VERSION: &str = "2021-10-04";

/// No request of this API waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The service's own limit on messages of one answer.
const MOST_MESSAGES: usize = 32;

/// Queues behind a signed URL.
#[derive(Debug, Clone)]
pub struct StorageQueues {
    client: Client,
    base: Url,
    encoding: MessageEncoding,
}

impl StorageQueues {
    /// `base` is the account's queue URL with its signature.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(base: Url, encoding: MessageEncoding) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build().context("no HTTP client")?;
        Ok(Self { client, base, encoding })
    }

    fn request(&self, method: Method, path: &[&str], query: &[(&str, String)]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url.query_pairs_mut().extend_pairs(query);
        self.client.request(method, url).header("x-ms-version", API_VERSION)
    }

    async fn put_message(&self, queue: &str, body: String) -> anyhow::Result<Response> {
        // Like the adapters of the app: what is set aside must not expire before somebody looked.
        let query = [("messagettl", "-1".to_owned())];
        let request = self.request(Method::POST, &[queue, "messages"], &query).body(body);
        answer(request.header(header::CONTENT_TYPE, "application/xml")).await
    }
}

/// The service counts in seconds; nothing may come before its time.
fn whole_seconds(span: Duration) -> String {
    span.as_millis().div_ceil(1000).to_string()
}

/// An error names no URL: it holds the signature.
async fn answer(request: RequestBuilder) -> anyhow::Result<Response> {
    request.send().await.map_err(|error| error.without_url()).context("the queue service cannot be reached")
}

fn accepted(answer: Response) -> anyhow::Result<Response> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let code = answer.headers().get("x-ms-error-code").and_then(|code| code.to_str().ok());
    bail!("the queue service answered {} {}", answer.status(), code.unwrap_or_default())
}

impl QueueSource for StorageQueues {
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        max: usize,
        lease: Duration,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Message>>> {
        Box::pin(async move {
            let query = [
                ("numofmessages", max.clamp(1, MOST_MESSAGES).to_string()),
                ("visibilitytimeout", whole_seconds(lease.max(Duration::from_secs(1)))),
            ];
            let answer = answer(self.request(Method::GET, &[queue, "messages"], &query)).await?;
            if answer.status() == StatusCode::NOT_FOUND {
                return Ok(Vec::new());
            }
            let xml = accepted(answer)?.text().await.map_err(|error| error.without_url())?;
            received(&xml, self.encoding)
        })
    }

    fn delete<'a>(
        &'a self,
        queue: &'a str,
        id: &'a str,
        receipt: &'a str,
    ) -> BoxFuture<'a, anyhow::Result<()>> {
        Box::pin(async move {
            let query = [("popreceipt", receipt.to_owned())];
            let request = self.request(Method::DELETE, &[queue, "messages", id], &query);
            accepted(answer(request).await?).map(drop)
        })
    }

    fn show_after<'a>(
        &'a self,
        queue: &'a str,
        id: &'a str,
        receipt: &'a str,
        after: Duration,
    ) -> BoxFuture<'a, anyhow::Result<String>> {
        Box::pin(async move {
            let query = [("popreceipt", receipt.to_owned()), ("visibilitytimeout", whole_seconds(after))];
            let request = self.request(Method::PUT, &[queue, "messages", id], &query);
            let answer = accepted(answer(request.header(header::CONTENT_LENGTH, 0)).await?)?;
            let receipt = answer.headers().get("x-ms-popreceipt").and_then(|receipt| receipt.to_str().ok());
            receipt.map(str::to_owned).context("the queue service gave no receipt")
        })
    }

    fn send<'a>(&'a self, queue: &'a str, body: &'a [u8]) -> BoxFuture<'a, anyhow::Result<()>> {
        Box::pin(async move {
            let body = sent(body, self.encoding)?;
            let first = self.put_message(queue, body.clone()).await?;
            if first.status() != StatusCode::NOT_FOUND {
                return accepted(first).map(drop);
            }
            let create = self.request(Method::PUT, &[queue], &[]).header(header::CONTENT_LENGTH, 0);
            let created = answer(create).await?;
            // Another host may have made it meanwhile, with other metadata.
            if created.status() != StatusCode::CONFLICT {
                accepted(created)?;
            }
            accepted(self.put_message(queue, body).await?).map(drop)
        })
    }
}
