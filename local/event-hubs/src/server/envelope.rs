//! From a stored event to the message a receiver gets.

use fe2o3_amqp::types::{
    messaging::{Body, DeliveryAnnotations, Message, annotations::OwnedKey},
    primitives::{Timestamp, Value},
};
use time::OffsetDateTime;

use super::ingest;
use crate::log::{StoredEvent, Tail};

/// The event's own message with the annotations that the service adds.
///
/// # Errors
/// When the stored bytes are no message.
pub(super) fn message(
    event: &StoredEvent,
    tail: Option<Tail>,
) -> Result<Message<Body<Value>>, serde_amqp::Error> {
    let mut message = ingest::decode(&event.message)?;
    let annotations = &mut message.message_annotations.get_or_insert_default().0;
    let mut set = |key: &str, value: Value| annotations.insert(OwnedKey::from(key), value);
    set("x-opt-sequence-number", Value::Long(event.sequence));
    set("x-opt-offset", Value::String(event.offset.to_string()));
    set("x-opt-enqueued-time", Value::Timestamp(Timestamp::from_milliseconds(event.enqueued_ms)));
    if let Some(key) = &event.partition_key {
        set("x-opt-partition-key", Value::String(key.clone()));
    }
    message.delivery_annotations = tail.and_then(metrics);
    Ok(message)
}

/// The partition's end, for clients that track how far behind they are.
fn metrics(tail: Tail) -> Option<DeliveryAnnotations> {
    let last = tail.last?;
    let now = (OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000) as i64;
    let time = |milliseconds| Value::Timestamp(Timestamp::from_milliseconds(milliseconds));
    Some(
        DeliveryAnnotations::builder()
            .insert("last_enqueued_sequence_number", Value::Long(last.sequence))
            .insert("last_enqueued_offset", Value::String(last.offset.to_string()))
            .insert("last_enqueued_time_utc", time(last.time_ms))
            .insert("runtime_info_retrieval_time_utc", time(now))
            .build(),
    )
}
