//! A small AMQP consumer for one partition, and the question which partitions a hub has.
//!
//! There is no silent reconnect: after any error the caller opens again at its own checkpoint. A client that
//! re-attached by itself would start at the position it was first opened with and repeat or skip events.

mod decode;
mod management;

use std::time::Duration;

use anyhow::Context as _;
use fe2o3_amqp::{
    Connection, Receiver, Session,
    connection::ConnectionHandle,
    link::receiver::CreditMode,
    sasl_profile::SaslProfile,
    session::SessionHandle,
    types::{
        definitions::{ReceiverSettleMode, SenderSettleMode},
        messaging::{Body, FilterSet, Source},
        primitives::Value,
    },
};
use serde_amqp::{described::Described, descriptor::Descriptor, primitives::Symbol};

pub use management::partition_ids;

/// Events the service may send ahead of being asked for.
const CREDIT: u32 = 1_000;
/// How long the line must be quiet before a batch is taken to be complete.
const QUIET: Duration = Duration::from_millis(3);
/// Opening a link on one machine takes milliseconds; this long means that nobody answers.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// One event as a consumer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedEvent {
    pub body: Vec<u8>,
    /// The event's place in its partition, as Event Hubs prints it.
    pub offset: String,
    /// 0 for the partition's first event, and one more for each that follows.
    pub sequence_number: i64,
    /// When the service accepted the event, to the millisecond.
    pub enqueued_time: time::OffsetDateTime,
    pub partition_key: Option<String>,
    /// Application properties; binary values are base64 text, and times are RFC 3339 text.
    pub properties: serde_json::Map<String, serde_json::Value>,
}

/// A receiver on one partition of one hub, for one consumer group.
pub struct PartitionConsumer {
    receiver: Receiver,
    // Dropping either handle ends the link, so both live as long as the receiver.
    _session: SessionHandle<()>,
    _connection: ConnectionHandle<()>,
}

impl PartitionConsumer {
    /// Opens a receiver that starts right after the event with sequence number `after_sequence`, or with the
    /// oldest event that is still kept when that is `None`. `endpoint` looks like `amqp://127.0.0.1:5672`.
    ///
    /// # Errors
    /// When nobody listens there, or the hub or the partition does not exist.
    pub async fn open(
        endpoint: &str,
        hub: &str,
        consumer_group: &str,
        partition: &str,
        after_sequence: Option<i64>,
    ) -> anyhow::Result<Self> {
        let address = format!("{hub}/ConsumerGroups/{consumer_group}/Partitions/{partition}");
        let opening = Self::open_link(endpoint, &address, after_sequence);
        tokio::time::timeout(OPEN_TIMEOUT, opening)
            .await
            .with_context(|| format!("{endpoint} did not answer within {OPEN_TIMEOUT:?}"))?
            .with_context(|| format!("opening a receiver on {address} at {endpoint}"))
    }

    async fn open_link(endpoint: &str, address: &str, after: Option<i64>) -> anyhow::Result<Self> {
        let mut connection = connect(endpoint).await?;
        let mut session = Session::begin(&mut connection).await?;
        let source = Source::builder().address(address).filter(start_after(after)).build();
        let mut receiver = Receiver::builder()
            .name(format!("forebay-{}-{address}", std::process::id()))
            .source(source)
            .target(address)
            .sender_settle_mode(SenderSettleMode::Settled)
            .receiver_settle_mode(ReceiverSettleMode::First)
            .credit_mode(CreditMode::Manual)
            .attach(&mut session)
            .await?;
        receiver.set_credit(CREDIT).await?;
        Ok(Self { receiver, _session: session, _connection: connection })
    }

    /// Waits up to `wait` for the first event, then takes what is already there, up to `max`. An empty vector
    /// means that nothing arrived in time.
    ///
    /// # Errors
    /// When the connection or the link ended: open a new consumer at the last checkpoint. Events of an unfinished
    /// batch are dropped with it, and are delivered again from there.
    pub async fn receive_batch(&mut self, max: usize, wait: Duration) -> anyhow::Result<Vec<ReceivedEvent>> {
        let mut events = Vec::new();
        let mut patience = wait;
        while events.len() < max {
            let Some(event) = self.receive(patience).await? else { break };
            events.push(event);
            patience = QUIET;
        }
        Ok(events)
    }

    async fn receive(&mut self, patience: Duration) -> anyhow::Result<Option<ReceivedEvent>> {
        if self.receiver.credit() < CREDIT / 2 {
            self.receiver.set_credit(CREDIT).await?;
        }
        // Dropping the pending receive on timeout loses nothing: it only waits on a channel.
        match tokio::time::timeout(patience, self.receiver.recv::<Body<Value>>()).await {
            Err(_elapsed) => Ok(None),
            Ok(delivery) => {
                let message = delivery.context("the receiver's link ended")?.into_message();
                decode::event(message).map(Some)
            }
        }
    }
}

async fn connect(endpoint: &str) -> anyhow::Result<ConnectionHandle<()>> {
    let connection = Connection::builder()
        .container_id(format!("forebay-consumer-{}", std::process::id()))
        .sasl_profile(SaslProfile::Anonymous)
        .open(endpoint)
        .await?;
    Ok(connection)
}

/// The selector that Event Hubs clients send to say where to start.
fn start_after(sequence: Option<i64>) -> FilterSet {
    const NAME: &str = "apache.org:selector-filter:string";
    let expression = match sequence {
        Some(sequence) => format!("amqp.annotation.x-opt-sequence-number > '{sequence}'"),
        None => "amqp.annotation.x-opt-offset > '-1'".to_owned(),
    };
    let selector =
        Described { descriptor: Descriptor::Name(Symbol::from(NAME)), value: Value::String(expression) };
    let mut filters = FilterSet::new();
    filters.insert(Symbol::from(NAME), Value::Described(Box::new(selector)));
    filters
}
