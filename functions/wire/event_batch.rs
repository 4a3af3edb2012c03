//! A batch of an Event Hub trigger with cardinality many.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use forebay_pipeline::Inbound;
use serde_json::Value;

use super::invocation::{Invocation, WireError, as_integer, unwrapped};

/// The events of one invocation, in the order of their partition.
#[derive(Debug)]
pub struct EventBatch {
    pub events: Vec<Inbound>,
    /// The host will not deliver this batch again, and moves its checkpoint whatever we answer.
    pub last_attempt: bool,
}

const BINDING: &str = "events";

/// Reads the batch of binding `events`.
pub fn event_batch(body: &[u8]) -> Result<EventBatch, WireError> {
    let invocation = Invocation::parse(body)?;
    let bodies = bodies(&invocation)?;
    let numbers = sequence_numbers(&invocation);
    let (hub, partition) = place(&invocation);
    let events = bodies
        .into_iter()
        .enumerate()
        .map(|(i, body)| Inbound {
            hub: hub.clone(),
            partition: partition.clone(),
            sequence_number: numbers.get(i).copied().unwrap_or(i64::try_from(i).unwrap_or(i64::MAX)),
            body,
        })
        .collect();
    Ok(EventBatch { events, last_attempt: invocation.is_last_attempt() })
}

fn bodies(invocation: &Invocation) -> Result<Vec<Bytes>, WireError> {
    let data = invocation.data.get(BINDING).ok_or(WireError::NoBinding(BINDING))?;
    match unwrapped(data) {
        Value::Array(events) => Ok(events.iter().map(body).collect()),
        _ => Err(WireError::Binding { binding: BINDING, expected: "an array of events (cardinality many)" }),
    }
}

/// With dataType `binary` a body is base64. A body that is not (dataType `string`, or none) is taken as
/// the text or the JSON that it is: what it means is for the pipeline to judge, which keeps what it
/// cannot read.
fn body(event: &Value) -> Bytes {
    match event {
        Value::String(text) => match STANDARD.decode(text) {
            Ok(bytes) => Bytes::from(bytes),
            Err(_) => Bytes::from(text.clone()),
        },
        other => Bytes::from(other.to_string()),
    }
}

fn sequence_numbers(invocation: &Invocation) -> Vec<i64> {
    match invocation.metadata("SequenceNumberArray") {
        Some(Value::Array(numbers)) => numbers.iter().filter_map(as_integer).collect(),
        _ => Vec::new(),
    }
}

fn place(invocation: &Invocation) -> (String, String) {
    let context = invocation
        .metadata("PartitionContext")
        .or_else(|| invocation.metadata("TriggerPartitionContext"))
        .unwrap_or_default();
    let text = |name: &str| context.get(name).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    (text("EventHubName"), text("PartitionId"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#""Metadata":{"PartitionContext":{"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"raw","ConsumerGroup":"transform","PartitionId":"3"},"SequenceNumberArray":"[3227,3228]","EnqueuedTimeUtcArray":"[\"2023-02-26T18:59:16.463\",\"2023-02-26T18:59:16.47\"]"}"#;

    fn read(data: &str) -> Vec<(i64, String)> {
        let batch = event_batch(format!(r#"{{"Data":{{"events":{data}}},{METADATA}}}"#).as_bytes()).unwrap();
        assert!(batch.events.iter().all(|e| e.hub == "raw" && e.partition == "3"));
        batch
            .events
            .into_iter()
            .map(|e| (e.sequence_number, String::from_utf8(e.body.to_vec()).unwrap()))
            .collect()
    }

    #[test]
    fn every_encoding_of_a_batch_gives_the_same_bodies() {
        let expected = vec![(3227, r#"{"a":1}"#.to_owned()), (3228, r#"{"a":2}"#.to_owned())];
        for data in [
            r#""[\"eyJhIjoxfQ==\",\"eyJhIjoyfQ==\"]""#,
            r#"["eyJhIjoxfQ==","eyJhIjoyfQ=="]"#,
            r#""[\"{\\\"a\\\":1}\",\"{\\\"a\\\":2}\"]""#,
            r#""[{\"a\":1},{\"a\":2}]""#,
            r#"[{"a":1},{"a":2}]"#,
        ] {
            assert_eq!(read(data), expected, "{data}");
        }
    }

    #[test]
    fn a_single_event_or_another_binding_name_is_an_error_that_says_where_to_look() {
        let one = event_batch(br#"{"Data":{"events":"\"x\""},"Metadata":{}}"#).unwrap_err();
        assert!(one.to_string().contains("cardinality"));
        let other = event_batch(br#"{"Data":{"messages":"[]"},"Metadata":{}}"#).unwrap_err();
        assert!(other.to_string().contains("'events'"));
    }
}
