//! Publishing to Event Hubs over AMQP. All use of the Event Hubs SDK is in this module.

mod batches;
mod errors;
mod target;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_messaging_eventhubs::{ProducerClient, RetryOptions};
use forebay_ports::{Event, EventPublisher, PortError};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use crate::crypto::install_crypto_provider;
use crate::error::transient;
use batches::by_key;
use target::Target;

pub(crate) const SERVICE: &str = "Event Hubs";

/// How long to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishOptions {
    /// For opening a connection, and for each batch to be accepted. The client can wait for ever for
    /// both (a race in the AMQP library it uses), so this is what ends a call.
    pub timeout: Duration,
    /// Tries of one batch, each on a new connection.
    pub attempts: u32,
    /// Pause before the second try; doubles after each.
    pub first_pause: Duration,
}

impl Default for PublishOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(20), attempts: 3, first_pause: Duration::from_millis(250) }
    }
}

/// Publishes to the hubs of one namespace. Connects to a hub when it is first published to, and again
/// after any error.
pub struct EventHubsPublisher {
    target: Target,
    options: PublishOptions,
    clients: Mutex<HashMap<String, Arc<ProducerClient>>>,
}

impl EventHubsPublisher {
    /// To a namespace in Azure, such as `example.servicebus.windows.net`.
    pub fn azure(
        fully_qualified_namespace: &str,
        credential: Arc<dyn TokenCredential>,
        options: PublishOptions,
    ) -> Result<Self, PortError> {
        Ok(Self::new(Target::azure(fully_qualified_namespace, credential)?, options))
    }

    /// To a stand-in on this machine, such as `amqp://127.0.0.1:5672`. Any other host is `Misconfigured`,
    /// because the credential in use there proves nothing and the connection is not encrypted.
    pub fn local(endpoint: &str, options: PublishOptions) -> Result<Self, PortError> {
        Ok(Self::new(Target::local(endpoint)?, options))
    }

    fn new(target: Target, options: PublishOptions) -> Self {
        install_crypto_provider();
        Self { target, options, clients: Mutex::new(HashMap::new()) }
    }

    /// Sends all events of one key, in order; each try goes on after the last accepted batch.
    async fn publish_key(&self, hub: &str, key: &str, events: &[Event]) -> Result<(), PortError> {
        let mut sent = 0;
        let mut tries = 0;
        while sent < events.len() {
            let error = match self.send_once(hub, key, &events[sent..]).await {
                Ok(accepted) => {
                    sent += accepted;
                    tries = 0;
                    continue;
                }
                Err(error) => error,
            };
            tries += 1;
            if tries >= self.options.attempts.max(1) || !error.is_retryable() {
                return Err(error);
            }
            tracing::warn!(hub, tries, error = %error, "publishing failed, trying again on a new connection");
            sleep(pause(self.options.first_pause, tries, &error)).await;
        }
        Ok(())
    }

    /// Sends one batch; gives back how many events it held. Any error costs the connection.
    async fn send_once(&self, hub: &str, key: &str, events: &[Event]) -> Result<usize, PortError> {
        let client = self.client(hub).await?;
        let sending = Box::pin(batches::send_batch(&client, hub, key, events));
        let outcome = match timeout(self.options.timeout, sending).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(self.silent(hub, "accept a batch")),
        };
        if outcome.as_ref().is_err_and(PortError::is_retryable) {
            self.discard(hub, &client).await;
        }
        outcome
    }

    /// The open client of the hub, or a new one. Callers wait for one another here: one connection is
    /// opened, not many, and no longer than the timeout.
    async fn client(&self, hub: &str) -> Result<Arc<ProducerClient>, PortError> {
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(hub) {
            return Ok(Arc::clone(client));
        }
        let opening = Box::pin(self.target.open(hub, self.retry_options()));
        let client = match timeout(self.options.timeout, opening).await {
            Ok(opened) => Arc::new(opened?),
            Err(_elapsed) => return Err(self.silent(hub, "open a connection")),
        };
        clients.insert(hub.to_owned(), Arc::clone(&client));
        Ok(client)
    }

    /// Forgets a client, unless somebody has already replaced it.
    async fn discard(&self, hub: &str, broken: &Arc<ProducerClient>) {
        let mut clients = self.clients.lock().await;
        if clients.get(hub).is_some_and(|client| Arc::ptr_eq(client, broken)) {
            clients.remove(hub);
        }
    }

    fn silent(&self, hub: &str, what: &str) -> PortError {
        let Self { target, options, .. } = self;
        transient(SERVICE, format!("{target} did not {what} for hub {hub} within {:?}", options.timeout))
    }

    /// The client's own retries, kept shorter than our timeout: ours start on a new connection, which is
    /// what helps.
    fn retry_options(&self) -> RetryOptions {
        let total = i64::try_from(self.options.timeout.as_millis() / 2).unwrap_or(i64::MAX);
        RetryOptions {
            max_retries: 2,
            max_total_elapsed: azure_core::time::Duration::milliseconds(total),
            ..RetryOptions::default()
        }
    }
}

#[async_trait]
impl EventPublisher for EventHubsPublisher {
    async fn publish(&self, hub: &str, events: Vec<Event>) -> Result<(), PortError> {
        for (key, events) in by_key(events) {
            self.publish_key(hub, &key, &events).await?;
        }
        Ok(())
    }
}

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

fn pause(first: Duration, tries: u32, error: &PortError) -> Duration {
    let doubled = first.saturating_mul(1 << tries.saturating_sub(1).min(10));
    match error {
        PortError::Throttled { retry_after: Some(asked), .. } => doubled.max(*asked).min(LONGEST_PAUSE),
        _ => doubled.min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests;
