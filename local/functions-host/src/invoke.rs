//! One invocation of a function that is not HTTP: post, judge, retry.

use crate::client::{Client, explain};
use crate::encoding::{Invocation, RetryContext};
use crate::registry::Registry;
use crate::retry::RetryPolicy;
use crate::verdict::{Verdict, judge};
use crate::worker::{Endpoint, Group};
use axum::body::{Body, Bytes};
use http::{HeaderValue, Request, header};
use http_body_util::BodyExt as _;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The version this host says it has: the one whose requests were captured.
pub const HOST_VERSION: &str = "4.24.4.4";

/// Posts invocations to handler processes.
#[derive(Debug, Clone)]
pub struct Invoker {
    /// Towards the handlers.
    pub client: Client,
    /// Nothing means without limit.
    pub function_timeout: Option<Duration>,
    /// How long an answer that the real host would never finish with is waited for.
    pub hang_timeout: Duration,
    /// Retries wait at most so long, for tests that kill often.
    pub max_retry_delay: Option<Duration>,
    /// Counts and errors.
    pub registry: Arc<Registry>,
}

/// A function and the process that serves it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The function's name.
    pub function: String,
    /// Its group.
    pub group: Arc<Group>,
    /// Its retry policy.
    pub retry: Option<RetryPolicy>,
}

/// The outcome of an invocation with all its attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An attempt succeeded.
    Succeeded,
    /// The last attempt failed.
    Failed,
    /// The host stopped before the last attempt ended: nothing may be checkpointed.
    Cancelled,
}

enum Attempt {
    Succeeded,
    Failed(String),
    Cancelled,
}

/// The two stages of stopping.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Listeners stop; an attempt under way goes on, but no further one begins.
    pub draining: CancellationToken,
    /// Attempts under way are given up.
    pub now: CancellationToken,
}

impl Invoker {
    /// Invokes until an attempt succeeds or the retry policy is exhausted. `encode` writes the body of each attempt.
    pub async fn invoke(
        &self,
        target: &Target,
        encode: &(dyn Fn(&Invocation<'_>) -> Result<Vec<u8>, String> + Sync),
        stop: &Stop,
    ) -> Outcome {
        let mut retry: Option<RetryContext> = None;
        loop {
            let error = match self.attempt(target, encode, retry.as_ref(), stop).await {
                Attempt::Succeeded => return Outcome::Succeeded,
                Attempt::Cancelled => return Outcome::Cancelled,
                Attempt::Failed(error) => error,
            };
            self.registry.failed(&target.function, &error);
            let retry_count = retry.map_or(0, |retry| retry.retry_count).saturating_add(1);
            let jitter = rand::random_range(0.8..=1.2);
            let delay = target.retry.and_then(|policy| policy.delay_before(retry_count, jitter));
            let Some((policy, delay)) = target.retry.zip(delay) else {
                tracing::error!(
                    function = target.function,
                    error,
                    "the function failed, and this invocation is not tried again"
                );
                return Outcome::Failed;
            };
            let delay = self.max_retry_delay.map_or(delay, |longest| delay.min(longest));
            let milliseconds = delay.as_millis();
            tracing::warn!(
                function = target.function,
                error,
                retry_count,
                milliseconds,
                "the function failed and is tried again"
            );
            retry = Some(RetryContext { retry_count, max_retry_count: policy.max_retry_count(), error });
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = stop.draining.cancelled() => return Outcome::Cancelled,
            }
        }
    }

    async fn attempt(
        &self,
        target: &Target,
        encode: &(dyn Fn(&Invocation<'_>) -> Result<Vec<u8>, String> + Sync),
        retry: Option<&RetryContext>,
        stop: &Stop,
    ) -> Attempt {
        let endpoint = tokio::select! {
            endpoint = target.group.ready() => endpoint,
            () = stop.draining.cancelled() => None,
        };
        let Some(endpoint) = endpoint else { return Attempt::Cancelled };
        let running = self.registry.begin(&target.function);
        let now = time::OffsetDateTime::now_utc();
        let body = encode(&Invocation { function: &target.function, now, rand_guid: Uuid::new_v4(), retry });
        let body = match body {
            Ok(body) => body,
            Err(problem) => return Attempt::Failed(problem),
        };
        let attempt = tokio::select! {
            attempt = self.post(target, endpoint, body) => attempt,
            () = stop.now.cancelled() => Attempt::Cancelled,
        };
        drop(running);
        attempt
    }

    async fn post(&self, target: &Target, endpoint: Endpoint, body: Vec<u8>) -> Attempt {
        let answer = self.exchange(&target.function, endpoint, body);
        let answer = match self.function_timeout {
            None => answer.await,
            Some(limit) => match tokio::time::timeout(limit, answer).await {
                Ok(answer) => answer,
                Err(_) => return self.time_out(target, endpoint, limit),
            },
        };
        match answer {
            Err(error) => Attempt::Failed(error),
            Ok(Verdict::Failed(error)) => Attempt::Failed(error),
            Ok(Verdict::Hangs(problem)) => self.hang(target, endpoint, problem).await,
            Ok(Verdict::Succeeded { logs, ignored }) => {
                for line in logs {
                    tracing::info!(target: "Function.User", function = target.function, "{line}");
                }
                for problem in ignored {
                    self.registry.contract_error(&target.function, &problem);
                }
                Attempt::Succeeded
            }
        }
    }

    async fn exchange(&self, function: &str, endpoint: Endpoint, body: Vec<u8>) -> Result<Verdict, String> {
        let request = request(function, endpoint, body).map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await.map_err(|error| explain(&error))?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| explain(&error))?.to_bytes();
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(judge(parts.status, content_type, &body))
    }

    fn time_out(&self, target: &Target, endpoint: Endpoint, limit: Duration) -> Attempt {
        let error = format!(
            "timeout value of {} s (functionTimeout) was exceeded by {}",
            limit.as_secs_f64(),
            target.function
        );
        target.group.kill(endpoint.generation, &error);
        Attempt::Failed(error)
    }

    /// The real host would wait until `functionTimeout`; the shorter of the two limits applies here.
    async fn hang(&self, target: &Target, endpoint: Endpoint, problem: String) -> Attempt {
        tracing::error!(
            function = target.function,
            problem,
            "contract error: the real host would wait for functionTimeout"
        );
        self.registry.contract_error(&target.function, &problem);
        let limit = self.function_timeout.map_or(self.hang_timeout, |limit| limit.min(self.hang_timeout));
        tokio::time::sleep(limit).await;
        target.group.kill(endpoint.generation, &problem);
        Attempt::Failed(problem)
    }
}

/// The wire shell as captured; the body's length is not announced, so it goes in chunks.
fn request(function: &str, endpoint: Endpoint, body: Vec<u8>) -> Result<Request<Body>, http::Error> {
    let chunk = futures::stream::once(async move { Ok::<_, Infallible>(Bytes::from(body)) });
    Request::post(format!("http://127.0.0.1:{}/{function}", endpoint.port))
        .header("x-azure-functions-hostversion", HOST_VERSION)
        .header("x-azure-functions-invocationid", Uuid::new_v4().to_string())
        .header(header::USER_AGENT, format!("Azure-Functions-Host/{HOST_VERSION}"))
        .header("traceparent", traceparent())
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
        .body(Body::from_stream(chunk))
}

/// W3C Trace Context, not sampled.
fn traceparent() -> String {
    let span = Uuid::new_v4().simple().to_string();
    format!("00-{}-{}-00", Uuid::new_v4().simple(), &span[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_parent_has_the_four_fields_of_its_standard() {
        let text = traceparent();
        let lengths: Vec<_> = text.split('-').map(str::len).collect();
        assert_eq!(lengths, [2, 32, 16, 2]);
    }
}
