//! Work in Azure Queue Storage.
//!
//! Bodies travel in base64, as the Functions host expects by default, and never expire: the service's own
//! default would drop what nobody took for a week. A queue is made when its first message finds it missing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_storage_queue::models::{QueueClientSendMessageOptions, QueueMessage};
use azure_storage_queue::{QueueClient, QueueServiceClient, QueueServiceClientOptions};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use forebay_ports::PortError;
use forebay_ports::queue::{WorkQueue, check_message};
use tokio::time::timeout;

use crate::crypto::install_crypto_provider;
use crate::error::{classify, error_code, misconfigured, redact, transient};
use crate::storage::{Account, Entrance, Service};

const SERVICE: &str = Service::Queue.name();

/// Longest wait for one message, the client's own retries included.
const PATIENCE: Duration = Duration::from_secs(60);

/// Never expires.
const FOREVER: i32 = -1;

/// The account's queues.
pub struct StorageQueue {
    service: QueueServiceClient,
    patience: Duration,
}

impl StorageQueue {
    /// By the account's queue URL, such as `https://example.queue.core.windows.net`, as the credential's
    /// identity.
    pub fn with_credential(
        account_url: &str,
        credential: Arc<dyn TokenCredential>,
    ) -> Result<Self, PortError> {
        Self::open(Account::with_credential(Service::Queue, "the queue URL", account_url, credential)?)
    }

    /// By a storage connection string (`QueueEndpoint=…;AccountName=…;AccountKey=…`, as Azurite prints, or
    /// `UseDevelopmentStorage=true`), or by an account's queue URL that carries a shared access signature.
    pub fn from_connection(connection: &str) -> Result<Self, PortError> {
        Self::open(Account::parse(Service::Queue, connection)?)
    }

    fn open(account: Account) -> Result<Self, PortError> {
        install_crypto_provider();
        let Entrance { url, credential, options } = account.enter();
        let options = QueueServiceClientOptions { client_options: options, ..Default::default() };
        let service = QueueServiceClient::new(url, credential, Some(options))
            .map_err(|e| misconfigured(SERVICE, redact(&e.to_string())))?;
        Ok(Self { service, patience: PATIENCE })
    }

    async fn send_once(
        &self,
        client: &QueueClient,
        text: &str,
        delay: Option<Duration>,
    ) -> azure_core::Result<()> {
        let message = QueueMessage { message_text: Some(text.to_owned()) };
        let options = QueueClientSendMessageOptions {
            message_time_to_live: Some(FOREVER),
            visibility_timeout: delay.map(whole_seconds),
            ..Default::default()
        };
        client.send_message(message.try_into()?, Some(options)).await.map(drop)
    }

    /// Ends what the service leaves hanging.
    async fn within<T>(
        &self,
        what: &str,
        work: impl Future<Output = azure_core::Result<T>> + Send,
    ) -> Result<azure_core::Result<T>, PortError> {
        timeout(self.patience, Box::pin(work))
            .await
            .map_err(|_elapsed| transient(SERVICE, format!("{what}: no answer within {:?}", self.patience)))
    }
}

/// The service counts in seconds; a message must not come before its time.
fn whole_seconds(delay: Duration) -> i32 {
    i32::try_from(delay.as_millis().div_ceil(1000)).unwrap_or(i32::MAX)
}

/// Whether the queue is not there, or is just being deleted.
fn is_missing(error: &azure_core::Error) -> bool {
    error_code(error) == Some("QueueNotFound")
}

#[async_trait]
impl WorkQueue for StorageQueue {
    async fn send(&self, queue: &str, body: Bytes, delay: Option<Duration>) -> Result<(), PortError> {
        check_message(SERVICE, queue, &body, delay)?;
        let what = format!("queue {queue}");
        let named = |error: azure_core::Error| classify(SERVICE, &what, &error);
        let client = self.service.queue_client(queue).map_err(named)?;
        let text = BASE64.encode(&body);
        match self.within(&what, self.send_once(&client, &text, delay)).await? {
            Ok(()) => return Ok(()),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(named(error)),
        }
        // Another sender may make it first, with the same outcome: "already there" is a success here.
        self.within(&what, client.create(None)).await?.map(drop).or_else(|error| {
            if error_code(&error) == Some("QueueAlreadyExists") { Ok(()) } else { Err(named(error)) }
        })?;
        self.within(&what, self.send_once(&client, &text, delay)).await?.map_err(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn connection_to(port: u16) -> String {
        format!("AccountName=local;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:{port}/local")
    }

    #[test]
    fn a_delay_is_never_shortened_to_whole_seconds() {
        let seconds = |ms| whole_seconds(Duration::from_millis(ms));
        assert_eq!([seconds(0), seconds(1), seconds(1000), seconds(1001)], [0, 1, 1, 2]);
    }

    #[tokio::test]
    async fn a_service_that_accepts_and_never_answers_is_transient_within_the_patience() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut queue =
            StorageQueue::from_connection(&connection_to(silent.local_addr().unwrap().port())).unwrap();
        queue.patience = Duration::from_millis(200);
        let error = queue.send("work", Bytes::from_static(b"x"), None).await.unwrap_err();
        assert!(matches!(error, PortError::Transient { .. }), "{error}");
    }

    #[tokio::test]
    async fn what_the_service_would_refuse_is_rejected_before_any_connection() {
        let queue = StorageQueue::from_connection(&connection_to(1)).unwrap();
        let error = queue.send("Not A Name", Bytes::from_static(b"x"), None).await.unwrap_err();
        assert!(matches!(error, PortError::Rejected { .. }), "{error}");
    }

    #[test]
    fn a_credential_never_travels_unencrypted() {
        let made = StorageQueue::with_credential(
            "http://example.queue.core.windows.net",
            Arc::new(crate::LocalCredential),
        );
        assert!(matches!(made, Err(PortError::Misconfigured { .. })));
    }
}
