//! The Event Hub trigger's request, cardinality many.

use super::envelope::{Invocation, Members, request};
use crate::app::DataType;
use crate::events::Event;
use crate::instant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::RawValue;

/// Where a batch comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOrigin {
    /// The namespace's host name.
    pub namespace: String,
    /// The event hub.
    pub hub: String,
    /// The consumer group.
    pub consumer_group: String,
    /// The partition.
    pub partition: String,
}

/// Shapes that hosts of other versions send for the same batch, for tests of a handler's parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent difference between host versions")]
pub struct Variants {
    /// `OffsetArray` holds numbers.
    pub offset_numbers: bool,
    /// `OffsetStringArray` is left out.
    pub no_offset_string_array: bool,
    /// Enqueued times have no fraction.
    pub whole_seconds: bool,
    /// Arrays come as JSON arrays and not as strings that hold them.
    pub raw_arrays: bool,
    /// Partition keys are left out of the arrays as null, whatever they are.
    pub null_partition_keys: bool,
}

impl Variants {
    /// Reads a comma separated list of names.
    ///
    /// # Errors
    /// A sentence that lists the known names.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut variants = Self::default();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            *match name {
                "offset-numbers" => &mut variants.offset_numbers,
                "no-offset-string-array" => &mut variants.no_offset_string_array,
                "whole-seconds" => &mut variants.whole_seconds,
                "raw-arrays" => &mut variants.raw_arrays,
                "null-partition-keys" => &mut variants.null_partition_keys,
                _ => {
                    return Err(format!(
                        "'{name}' is not a variant: use offset-numbers, no-offset-string-array, whole-seconds, raw-arrays, null-partition-keys"
                    ));
                }
            } = true;
        }
        Ok(variants)
    }
}

/// The host could not encode the batch: the invocation fails before the handler sees it, and the checkpoint
/// still moves on.
#[derive(Debug, thiserror::Error)]
pub enum EncodingFailed {
    /// Without a dataType the host parses every body.
    #[error(
        "the event with sequence number {0} is not JSON: without dataType the host parses every body, and the whole batch is lost"
    )]
    NotJson(i64),
    /// Not to be expected.
    #[error("the request cannot be written")]
    Serialize(#[from] serde_json::Error),
}

/// The body for one batch of one partition.
///
/// # Errors
/// When `data_type` is [`DataType::Json`] and a body is not JSON.
pub fn event_hub_request(
    binding: &str,
    data_type: DataType,
    origin: &BatchOrigin,
    events: &[Event],
    variants: Variants,
    invocation: &Invocation<'_>,
) -> Result<Vec<u8>, EncodingFailed> {
    let data = Members::default();
    let data = match data_type {
        DataType::Binary => {
            array(data, binding, events.iter().map(|event| BASE64.encode(&event.body)), variants)?
        }
        DataType::String => array(
            data,
            binding,
            events.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()),
            variants,
        )?,
        DataType::Json => {
            let bodies = events
                .iter()
                .map(|event| parsed(event).ok_or(EncodingFailed::NotJson(event.sequence_number)));
            array(data, binding, bodies.collect::<Result<Vec<_>, _>>()?, variants)?
        }
    };
    Ok(request(&data, metadata(origin, events, variants)?, invocation)?)
}

fn array<T: serde::Serialize>(
    members: Members,
    key: &str,
    items: impl IntoIterator<Item = T>,
    variants: Variants,
) -> serde_json::Result<Members> {
    let items: Vec<T> = items.into_iter().collect();
    if variants.raw_arrays { members.object(key, &items) } else { members.encoded(key, &items) }
}

/// The body's JSON without the white space between its tokens; key order and numbers stay as they were.
fn parsed(event: &Event) -> Option<Box<RawValue>> {
    let text = std::str::from_utf8(&event.body).ok()?;
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    let mut compact = String::with_capacity(raw.get().len());
    let (mut in_string, mut escaped) = (false, false);
    for character in raw.get().chars() {
        if !in_string && matches!(character, ' ' | '\t' | '\r' | '\n') {
            continue;
        }
        if character == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && character == '\\' && !escaped;
        compact.push(character);
    }
    RawValue::from_string(compact).ok()
}

fn metadata(origin: &BatchOrigin, events: &[Event], variants: Variants) -> serde_json::Result<Members> {
    let context = |members: Members| {
        members
            .object("FullyQualifiedNamespace", &origin.namespace)?
            .object("EventHubName", &origin.hub)?
            .object("ConsumerGroup", &origin.consumer_group)?
            .object("PartitionId", &origin.partition)
    };
    let trigger = context(Members::default().object("IsCheckpointingAfterInvocation", &true)?)?;
    let metadata = Members::default()
        .object("TriggerPartitionContext", &trigger)?
        .object("PartitionContext", &context(Members::default())?)?;
    let metadata = array(
        metadata,
        "PartitionKeyArray",
        events.iter().map(|event| partition_key(event, variants)),
        variants,
    )?;
    let mut metadata =
        array(metadata, "OffsetArray", events.iter().map(|event| offset(event, variants)), variants)?;
    if !variants.no_offset_string_array {
        metadata = array(metadata, "OffsetStringArray", events.iter().map(|event| &event.offset), variants)?;
    }
    let metadata =
        array(metadata, "SequenceNumberArray", events.iter().map(|event| event.sequence_number), variants)?;
    let times = events.iter().map(|event| instant::local_text(enqueued(event, variants)));
    let metadata = array(metadata, "EnqueuedTimeUtcArray", times, variants)?;
    let metadata =
        array(metadata, "PropertiesArray", events.iter().map(|event| &event.properties), variants)?;
    let system =
        events.iter().map(|event| system_properties(event, variants)).collect::<Result<Vec<_>, _>>()?;
    array(metadata, "SystemPropertiesArray", system, variants)
}

fn partition_key(event: &Event, variants: Variants) -> Option<&str> {
    event.partition_key.as_deref().filter(|_| !variants.null_partition_keys)
}

fn offset(event: &Event, variants: Variants) -> serde_json::Value {
    let number = event.offset.parse::<u64>().ok().filter(|_| variants.offset_numbers);
    number.map_or_else(|| event.offset.clone().into(), Into::into)
}

fn enqueued(event: &Event, variants: Variants) -> time::OffsetDateTime {
    if variants.whole_seconds {
        event.enqueued_time.replace_nanosecond(0).unwrap_or(event.enqueued_time)
    } else {
        event.enqueued_time
    }
}

/// The keys of the AMQP annotations, then the names the extension adds for the same values.
fn system_properties(event: &Event, variants: Variants) -> serde_json::Result<Members> {
    let at = enqueued(event, variants);
    let key = partition_key(event, variants);
    let mut members = Members::default()
        .object("x-opt-sequence-number", &event.sequence_number)?
        .object("x-opt-offset", &offset(event, variants))?
        .object("x-opt-enqueued-time", &instant::offset_text(at))?;
    if let Some(key) = key {
        members = members.object("x-opt-partition-key", &key)?;
    }
    members
        .object("SequenceNumber", &event.sequence_number)?
        .object("Offset", &offset(event, variants))?
        .object("PartitionKey", &key)?
        .object("EnqueuedTimeUtc", &instant::local_text(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};
    use time::macros::datetime;
    use uuid::uuid;

    fn events() -> Vec<Event> {
        let mut properties = Map::new();
        properties.insert("Diagnostic-Id".into(), "00-".into());
        vec![
            Event {
                body: br#"{"a":1}"#.to_vec(),
                offset: "436968".into(),
                sequence_number: 3227,
                enqueued_time: datetime!(2023-02-26 18:59:16.463 UTC),
                partition_key: None,
                properties: Map::new(),
            },
            Event {
                body: br#"{"a":2}"#.to_vec(),
                offset: "437016".into(),
                sequence_number: 3228,
                enqueued_time: datetime!(2023-02-26 18:59:16.470 UTC),
                partition_key: Some("acct-7".into()),
                properties,
            },
        ]
    }

    fn encode(data_type: DataType, events: &[Event], variants: Variants) -> Result<String, EncodingFailed> {
        let origin = BatchOrigin {
            namespace: "ns.servicebus.windows.net".into(),
            hub: "raw".into(),
            consumer_group: "transform".into(),
            partition: "0".into(),
        };
        let invocation = Invocation {
            function: "transform",
            now: datetime!(2023-02-26 18:59:18.316_993_4 UTC),
            rand_guid: uuid!("374bfffd-0000-4000-8000-000000000000"),
            retry: None,
        };
        let bytes = event_hub_request("events", data_type, &origin, events, variants, &invocation)?;
        Ok(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_binary_batch_is_written_byte_for_byte() {
        insta::assert_snapshot!(encode(DataType::Binary, &events(), Variants::default()).unwrap());
    }

    #[test]
    fn the_documented_arrays_are_doubly_encoded() {
        let text = encode(DataType::Binary, &events(), Variants::default()).unwrap();
        for part in [
            r#"{"Data":{"events":"[\"eyJhIjoxfQ==\",\"eyJhIjoyfQ==\"]"},"Metadata":{"TriggerPartitionContext":{"IsCheckpointingAfterInvocation":true,"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"raw","ConsumerGroup":"transform","PartitionId":"0"},"PartitionContext":{"FullyQualifiedNamespace":"ns.servicebus.windows.net","EventHubName":"raw","ConsumerGroup":"transform","PartitionId":"0"},"PartitionKeyArray":"[null,\"acct-7\"]","OffsetArray":"[\"436968\",\"437016\"]","OffsetStringArray":"[\"436968\",\"437016\"]","SequenceNumberArray":"[3227,3228]","EnqueuedTimeUtcArray":"[\"2023-02-26T18:59:16.463\",\"2023-02-26T18:59:16.47\"]","PropertiesArray":"[{},{\"Diagnostic-Id\":\"00-\"}]","#,
            r#""sys":{"MethodName":"transform","UtcNow":"2023-02-26T18:59:18.3169934Z","RandGuid":"374bfffd-0000-4000-8000-000000000000"}}}"#,
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn string_bodies_are_escaped_twice() {
        let text = encode(DataType::String, &events(), Variants::default()).unwrap();
        assert!(
            text.starts_with(r#"{"Data":{"events":"[\"{\\\"a\\\":1}\",\"{\\\"a\\\":2}\"]"},"Metadata":"#),
            "{text}"
        );
    }

    #[test]
    fn without_a_data_type_bodies_are_parsed_and_written_compactly() {
        let mut events = events();
        events[1].body = b" { \"z\" : [ 1.50 , \"a \\\" b\" ],\n \"a\": null }".to_vec();
        let text = encode(DataType::Json, &events, Variants::default()).unwrap();
        let expected = r#"{"Data":{"events":"[{\"a\":1},{\"z\":[1.50,\"a \\\" b\"],\"a\":null}]"}"#;
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn without_a_data_type_one_body_that_is_not_json_loses_the_batch() {
        let mut events = events();
        events[1].body = b"not json".to_vec();
        let error = encode(DataType::Json, &events, Variants::default()).unwrap_err();
        assert!(matches!(error, EncodingFailed::NotJson(3228)));
    }

    #[test]
    fn variants_change_only_what_they_name() {
        let all = "offset-numbers, no-offset-string-array,whole-seconds,raw-arrays,null-partition-keys";
        let text = encode(DataType::Binary, &events(), Variants::parse(all).unwrap()).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let metadata = &value["Metadata"];
        assert_eq!(value["Data"]["events"], json!(["eyJhIjoxfQ==", "eyJhIjoyfQ=="]));
        assert_eq!(metadata["OffsetArray"], json!([436_968, 437_016]));
        assert_eq!(metadata.get("OffsetStringArray"), None);
        assert_eq!(metadata["EnqueuedTimeUtcArray"], json!(["2023-02-26T18:59:16", "2023-02-26T18:59:16"]));
        assert_eq!(metadata["PartitionKeyArray"], json!([null, null]));
        assert_eq!(metadata["SequenceNumberArray"], json!([3227, 3228]));
        assert!(Variants::parse("other").unwrap_err().contains("raw-arrays"));
    }
}
