//! From an AMQP message to a [`ReceivedEvent`].

use anyhow::{Context as _, anyhow};
use fe2o3_amqp::types::{
    messaging::{ApplicationProperties, Body, Message, MessageAnnotations, annotations::AnnotationKey},
    primitives::Value,
};

use super::ReceivedEvent;
use crate::amqp::json;

pub(super) fn event(message: Message<Body<Value>>) -> anyhow::Result<ReceivedEvent> {
    let annotations = message.message_annotations.context("an event without message annotations")?;
    let enqueued = match annotation(&annotations, "x-opt-enqueued-time") {
        Some(Value::Timestamp(at)) => at.milliseconds(),
        other => return Err(anyhow!("an event whose x-opt-enqueued-time is {other:?}")),
    };
    let sequence_number = match annotation(&annotations, "x-opt-sequence-number") {
        Some(Value::Long(number)) => *number,
        other => return Err(anyhow!("an event whose x-opt-sequence-number is {other:?}")),
    };
    let offset = text(&annotations, "x-opt-offset").context("an event without x-opt-offset")?;
    Ok(ReceivedEvent {
        body: body_bytes(message.body),
        offset,
        sequence_number,
        enqueued_time: time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(enqueued) * 1_000_000)?,
        partition_key: text(&annotations, "x-opt-partition-key"),
        properties: message.application_properties.map(properties).unwrap_or_default(),
    })
}

fn annotation<'a>(annotations: &'a MessageAnnotations, key: &str) -> Option<&'a Value> {
    annotations.get(&key as &dyn AnnotationKey)
}

fn text(annotations: &MessageAnnotations, key: &str) -> Option<String> {
    match annotation(annotations, key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Symbol(symbol)) => Some(symbol.to_string()),
        _ => None,
    }
}

/// Data sections are the event's bytes; a value section gives its text or, failing that, its JSON.
fn body_bytes(body: Body<Value>) -> Vec<u8> {
    match body {
        Body::Data(sections) => sections.into_iter().flat_map(|data| data.0.into_vec()).collect(),
        Body::Value(value) => match value.0 {
            Value::String(text) => text.into_bytes(),
            Value::Binary(bytes) => bytes.into_vec(),
            other => json::from_value(&other).to_string().into_bytes(),
        },
        Body::Sequence(sections) => {
            let lists = sections.into_iter().flat_map(|list| list.0).map(|value| json::from_value(&value));
            serde_json::Value::Array(lists.collect()).to_string().into_bytes()
        }
        Body::Empty => Vec::new(),
    }
}

fn properties(properties: ApplicationProperties) -> serde_json::Map<String, serde_json::Value> {
    properties.0.into_iter().map(|(key, value)| (key, json::from_value(&Value::from(value)))).collect()
}
