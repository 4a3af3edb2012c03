//! What the tests share: servers in this process, and publishers that are the official Rust client.
#![expect(dead_code, reason = "each test binary uses a part of it")]

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_messaging_eventhubs::{EventDataBatchOptions, ProducerClient, models::EventData};
use fe2o3_amqp::{
    Connection, Receiver, Session,
    connection::ConnectionHandle,
    link::{ReceiverAttachError, receiver::CreditMode},
    sasl_profile::SaslProfile,
    session::SessionHandle,
    types::{
        definitions::Fields,
        messaging::{FilterSet, Source},
        primitives::{Symbol, Value},
    },
};
use forebay_event_hubs::{
    consumer::{PartitionConsumer, ReceivedEvent},
    log::{Durability, LogOptions},
    server::{Server, ServerOptions},
};
use serde_amqp::{described::Described, descriptor::Descriptor};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// Nothing on one machine takes longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server in this process, on a port of its own and with a directory that goes away with it.
pub struct TestServer {
    pub address: SocketAddr,
    pub data: PathBuf,
    _directory: TempDir,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl TestServer {
    pub async fn start(hubs: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("events");
        let mut options = ServerOptions::new(&data, hubs.iter().map(|hub| hub.parse().unwrap()).collect());
        options.log = LogOptions { durability: Durability::Os, ..LogOptions::default() };
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), options).await.unwrap();
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async move {
            let _ = stopped.await;
        }));
        Self { address, data, _directory: directory, stop: Some(stop), task: Some(task) }
    }

    pub fn endpoint(&self) -> String {
        format!("amqp://{}", self.address)
    }

    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap();
    }
}

/// A credential whose token says nothing.
#[derive(Debug)]
pub struct AnyToken;

#[async_trait::async_trait]
impl TokenCredential for AnyToken {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let expires = time::OffsetDateTime::now_utc() + time::Duration::hours(1);
        Ok(AccessToken::new("token", expires))
    }
}

pub async fn producer(endpoint: &str, hub: &str) -> ProducerClient {
    let opening = ProducerClient::builder().with_custom_endpoint(endpoint.to_owned()).open(
        "localhost",
        hub,
        Arc::new(AnyToken),
    );
    tokio::time::timeout(PATIENCE, opening).await.unwrap().unwrap()
}

/// Where a batch goes.
pub enum To<'a> {
    Partition(&'a str),
    Key(&'a str),
    Any,
}

pub async fn send(producer: &ProducerClient, to: To<'_>, events: impl IntoIterator<Item = EventData>) {
    let (partition_id, partition_key) = match to {
        To::Partition(id) => (Some(id.to_owned()), None),
        To::Key(key) => (None, Some(key.to_owned())),
        To::Any => (None, None),
    };
    let options = EventDataBatchOptions { partition_id, partition_key, ..Default::default() };
    let sending = async {
        let batch = producer.create_batch(Some(options)).await.unwrap();
        for event in events {
            assert!(batch.try_add_event_data(event, None).unwrap(), "the batch is full");
        }
        producer.send_batch(batch, None).await.unwrap();
    };
    tokio::time::timeout(PATIENCE, sending).await.expect("the send took too long");
}

pub fn event(body: impl Into<Vec<u8>>) -> EventData {
    EventData::builder().with_body(body.into()).build()
}

pub fn numbered(numbers: std::ops::Range<usize>) -> impl Iterator<Item = EventData> {
    numbers.map(|number| event(format!("event {number}")))
}

/// Receives `count` events from the beginning of a partition, and checks that no more follow.
pub async fn receive_all(endpoint: &str, hub: &str, partition: &str, count: usize) -> Vec<ReceivedEvent> {
    let mut consumer = PartitionConsumer::open(endpoint, hub, "$Default", partition, None).await.unwrap();
    let events = receive(&mut consumer, count).await;
    let more = consumer.receive_batch(1, Duration::from_millis(100)).await.unwrap();
    assert_eq!(more, [], "more than {count} events");
    events
}

pub async fn receive(consumer: &mut PartitionConsumer, count: usize) -> Vec<ReceivedEvent> {
    let mut events = Vec::new();
    while events.len() < count {
        let batch = consumer.receive_batch(count - events.len(), PATIENCE).await.unwrap();
        assert!(!batch.is_empty(), "only {} of {count} events came", events.len());
        events.extend(batch);
    }
    events
}

pub fn bodies(events: &[ReceivedEvent]) -> Vec<String> {
    events.iter().map(|event| String::from_utf8(event.body.clone()).unwrap()).collect()
}

/// A receiver with everything that clients may ask for.
pub struct RawReceiver {
    pub link: Receiver,
    _session: SessionHandle<()>,
    _connection: ConnectionHandle<()>,
}

pub async fn raw_receiver(
    server: &TestServer,
    address: &str,
    selector: &str,
    level: Option<i64>,
) -> Result<RawReceiver, ReceiverAttachError> {
    let mut connection = Connection::builder()
        .container_id("test")
        .sasl_profile(SaslProfile::Anonymous)
        .open(server.endpoint().as_str())
        .await
        .unwrap();
    let mut session = Session::begin(&mut connection).await.unwrap();
    const NAME: &str = "apache.org:selector-filter:string";
    let value = Described {
        descriptor: Descriptor::Name(Symbol::from(NAME)),
        value: Value::String(selector.to_owned()),
    };
    let mut filters = FilterSet::new();
    filters.insert(Symbol::from(NAME), Value::Described(Box::new(value)));
    let mut properties = Fields::new();
    if let Some(level) = level {
        properties.insert(Symbol::from("com.microsoft:epoch"), Value::Long(level));
    }
    let mut link = Receiver::builder()
        .name(format!("receiver-{level:?}"))
        .source(Source::builder().address(address).filter(filters).build())
        .target("test")
        .credit_mode(CreditMode::Manual)
        .properties(properties)
        .attach(&mut session)
        .await?;
    link.set_credit(100).await.unwrap();
    Ok(RawReceiver { link, _session: session, _connection: connection })
}
