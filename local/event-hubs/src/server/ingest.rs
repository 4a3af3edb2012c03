//! From a received message to events.

use bytes::Bytes;
use fe2o3_amqp::types::{
    definitions::{self, AmqpError},
    messaging::{
        Body, Message,
        annotations::AnnotationKey,
        message::{__private::Serializable, DecodeIntoMessage as _},
    },
    primitives::Value,
};

use crate::log::NewEvent;

/// The message format that marks a batch: every data section is a message of its own.
pub(super) const BATCH_FORMAT: u32 = 0x8001_3700;
const PARTITION_KEY: &str = "x-opt-partition-key";
/// Event Hubs' limit, in characters.
const LONGEST_KEY: usize = 128;

/// Events of one send. They go to one partition together, and are accepted together or not at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub partition_key: Option<String>,
    pub events: Vec<NewEvent>,
}

/// Takes a send apart.
///
/// # Errors
/// The reason for the client, when the bytes are no messages: they would stop every reader of the partition.
pub(super) fn batch(message: Message<Body<Value>>, format: u32) -> Result<Batch, definitions::Error> {
    let key = partition_key(&message)?;
    if format != BATCH_FORMAT {
        let encoded = serde_amqp::to_vec(&Serializable(message)).map_err(|error| undecodable(&error))?;
        let event = NewEvent { partition_key: key.clone(), message: Bytes::from(encoded) };
        return Ok(Batch { partition_key: key, events: vec![event] });
    }
    let Body::Data(sections) = message.body else {
        return Err(definitions::Error::new(
            AmqpError::DecodeError,
            "a batch holds its events in data sections".to_owned(),
            None,
        ));
    };
    let events = sections.into_iter().map(|data| event(data.0.into_vec(), key.as_ref()));
    let events = events.collect::<Result<Vec<_>, _>>()?;
    let partition_key = key.or_else(|| events.first().and_then(|event| event.partition_key.clone()));
    Ok(Batch { partition_key, events })
}

fn event(encoded: Vec<u8>, batch_key: Option<&String>) -> Result<NewEvent, definitions::Error> {
    let message = decode(&encoded).map_err(|error| undecodable(&error))?;
    let partition_key = partition_key(&message)?.or_else(|| batch_key.cloned());
    Ok(NewEvent { partition_key, message: Bytes::from(encoded) })
}

/// Reads an encoded message.
pub(super) fn decode(encoded: &[u8]) -> Result<Message<Body<Value>>, serde_amqp::Error> {
    Body::<Value>::decode_message_from_reader(serde_amqp::read::SliceReader::new(encoded))
}

fn partition_key(message: &Message<Body<Value>>) -> Result<Option<String>, definitions::Error> {
    let annotations = message.message_annotations.as_ref();
    let key = annotations.and_then(|annotations| annotations.get(&PARTITION_KEY as &dyn AnnotationKey));
    let key = match key {
        Some(Value::String(key)) => key.clone(),
        Some(Value::Symbol(key)) => key.to_string(),
        _ => return Ok(None),
    };
    if key.chars().count() > LONGEST_KEY {
        let text = format!("a partition key has at most {LONGEST_KEY} characters");
        return Err(definitions::Error::new(AmqpError::NotAllowed, text, None));
    }
    Ok(Some(key))
}

fn undecodable(error: &serde_amqp::Error) -> definitions::Error {
    definitions::Error::new(AmqpError::DecodeError, format!("an event is no AMQP message: {error}"), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fe2o3_amqp::types::messaging::{Data, MessageAnnotations};

    fn message(sections: Vec<Vec<u8>>, key: Option<&str>) -> Message<Body<Value>> {
        let annotations =
            key.map(|key| MessageAnnotations::builder().insert(PARTITION_KEY, key.to_owned()).build());
        Message {
            header: None,
            delivery_annotations: None,
            message_annotations: annotations,
            properties: None,
            application_properties: None,
            body: Body::Data(sections.into_iter().map(|bytes| Data(bytes.into())).collect::<Vec<_>>().into()),
            footer: None,
        }
    }

    fn encoded(text: &str, key: Option<&str>) -> Vec<u8> {
        serde_amqp::to_vec(&Serializable(message(vec![text.into()], key))).unwrap()
    }

    #[test]
    fn every_data_section_of_a_batch_becomes_an_event_with_its_bytes_unchanged() {
        let inner = vec![encoded("a", None), encoded("b", None)];
        let batch = batch(message(inner.clone(), Some("tenant")), BATCH_FORMAT).unwrap();
        assert_eq!(batch.partition_key.as_deref(), Some("tenant"));
        assert_eq!(batch.events.iter().map(|event| event.message.to_vec()).collect::<Vec<_>>(), inner);
        assert!(batch.events.iter().all(|event| event.partition_key.as_deref() == Some("tenant")));
    }

    #[test]
    fn a_batch_whose_envelope_has_no_key_takes_that_of_its_first_event() {
        let batch = batch(message(vec![encoded("a", Some("k"))], None), BATCH_FORMAT).unwrap();
        assert_eq!(batch.partition_key.as_deref(), Some("k"));
    }

    #[test]
    fn a_plain_message_is_one_event() {
        let batch = batch(message(vec![b"x".to_vec()], Some("k")), 0).unwrap();
        let again = decode(&batch.events[0].message).unwrap();
        assert_eq!(again, message(vec![b"x".to_vec()], Some("k")));
    }

    #[test]
    fn bytes_that_are_no_message_and_keys_that_are_too_long_are_refused() {
        assert!(batch(message(vec![vec![1, 2, 3]], None), BATCH_FORMAT).is_err());
        assert!(batch(message(vec![b"x".to_vec()], Some(&"k".repeat(129))), 0).is_err());
    }
}
