//! The work queue on a real Queue service: Azurite, or any account whose connection string is given in
//! `FOREBAY_TEST_AZURITE`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "test helpers outside of test functions fail loudly and say what they skip"
)]

use async_trait::async_trait;
use azure_core::http::Url;
use azure_storage_queue::QueueServiceClient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use forebay_azure::StorageQueue;
use forebay_ports::contract::{TakeMessage, work_queue};
use forebay_ports::{PortError, WorkQueue};

mod account_sas;

/// The connection, or `None`, said aloud.
fn connection(test: &str) -> Option<String> {
    let given = std::env::var("FOREBAY_TEST_AZURITE").ok();
    let Some(given) = given.filter(|text| text.contains("QueueEndpoint=")) else {
        eprintln!("skipped: {test} did not run, because FOREBAY_TEST_AZURITE names no QueueEndpoint");
        return None;
    };
    Some(given)
}

/// The SDK's own client, entered with a signature.
struct Consumer(QueueServiceClient);

impl Consumer {
    fn new(connection: &str) -> Self {
        let url = Url::parse(&account_sas::signed_queue_url(connection)).unwrap();
        Self(QueueServiceClient::new(url, None, None).unwrap())
    }
}

#[async_trait]
impl TakeMessage for Consumer {
    async fn take(&self, queue: &str) -> Option<Bytes> {
        let client = self.0.queue_client(queue).unwrap();
        let received = client.receive_messages(None).await.ok()?.into_model().unwrap();
        let message = received.items?.into_iter().next()?;
        let (id, receipt) = (message.message_id.unwrap(), message.pop_receipt.unwrap());
        client.delete_message(&id, &receipt, None).await.unwrap();
        Some(BASE64.decode(message.message_text.unwrap()).unwrap().into())
    }
}

#[tokio::test]
async fn the_queue_keeps_the_ports_guarantees_with_the_accounts_key() {
    let Some(connection) = connection("the_queue_with_the_accounts_key") else { return };
    let queue = StorageQueue::from_connection(&connection).unwrap();
    work_queue(&queue, &Consumer::new(&connection)).await;
}

#[tokio::test]
async fn the_queue_keeps_the_ports_guarantees_with_a_signature() {
    let Some(connection) = connection("the_queue_with_a_signature") else { return };
    let queue = StorageQueue::from_connection(&account_sas::signed_queue_url(&connection)).unwrap();
    work_queue(&queue, &Consumer::new(&connection)).await;
}

#[tokio::test]
async fn a_message_never_expires() {
    let Some(connection) = connection("a_message_never_expires") else { return };
    let queue = StorageQueue::from_connection(&connection).unwrap();
    queue.send("forebay-expiry", Bytes::from_static(b"x"), None).await.unwrap();
    let client = Consumer::new(&connection).0.queue_client("forebay-expiry").unwrap();
    let received = client.receive_messages(None).await.unwrap().into_model().unwrap();
    let expires = received.items.unwrap()[0].expiration_time.unwrap();
    assert_eq!(expires.year(), 9999, "{expires}");
    client.delete(None).await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_is_unauthorized() {
    let Some(connection) = connection("a_wrong_key") else { return };
    let change = |part: &str| match part.split_once('=') {
        Some(("AccountKey", _)) => "AccountKey=d3Jvbmc=".to_owned(),
        _ => part.to_owned(),
    };
    let wrong: Vec<String> = connection.split(';').map(change).collect();
    let queue = StorageQueue::from_connection(&wrong.join(";")).unwrap();
    let error = queue.send("forebay-wrong", Bytes::from_static(b"x"), None).await.unwrap_err();
    assert!(matches!(error, PortError::Unauthorized { .. }), "{error}");
}
