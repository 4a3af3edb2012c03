//! `$management`: what a hub and a partition look like.

use fe2o3_amqp::types::primitives::{Array, OrderedMap, Timestamp, Value};

use super::requests::{Reply, Request, property};
use crate::{
    hub::{Hub, Namespace},
    log::Partition,
};

const EVENT_HUB: &str = "com.microsoft:eventhub";
const PARTITION: &str = "com.microsoft:partition";
/// 0001-01-01, which the service gives for a partition that never had an event.
const NEVER_MS: i64 = -62_135_596_800_000;

/// Answers a READ of a hub or a partition.
pub(super) fn answer(request: &Request, namespace: &Namespace) -> Reply {
    if property(request, "operation") != Some("READ") {
        return Reply::failed(400, "the operation is not READ");
    }
    let name = property(request, "name").unwrap_or_default();
    let Some(hub) = namespace.hub(name) else { return not_found(name) };
    match property(request, "type") {
        Some(EVENT_HUB) => found(describe_hub(hub)),
        Some(PARTITION) => {
            let id = property(request, "partition").unwrap_or_default();
            match hub.partition(id) {
                Some((_, partition)) => found(describe_partition(hub, id, partition)),
                None => not_found(&format!("{name}/Partitions/{id}")),
            }
        }
        other => Reply::failed(400, format!("the type {other:?} cannot be read")),
    }
}

fn not_found(what: &str) -> Reply {
    Reply::failed(404, format!("The messaging entity '{what}' could not be found."))
}

fn found(fields: Vec<(&str, Value)>) -> Reply {
    let map: OrderedMap<Value, Value> =
        fields.into_iter().map(|(key, value)| (Value::String(key.to_owned()), value)).collect();
    Reply { status: 200, description: "OK".to_owned(), body: Value::Map(map) }
}

fn describe_hub(hub: &Hub) -> Vec<(&'static str, Value)> {
    let ids: Vec<Value> = (0..hub.partition_count()).map(|id| Value::String(id.to_string())).collect();
    vec![
        ("name", Value::String(hub.name.clone())),
        ("type", Value::String(EVENT_HUB.to_owned())),
        ("created_at", Value::Timestamp(Timestamp::from_milliseconds(hub.created_ms))),
        ("partition_count", Value::Int(i32::from(hub.partition_count()))),
        ("partition_ids", Value::Array(Array::from(ids))),
    ]
}

fn describe_partition(hub: &Hub, id: &str, partition: &Partition) -> Vec<(&'static str, Value)> {
    let tail = partition.tail();
    let begin = partition.begin_sequence();
    let last = tail.last;
    let time = last.map_or(NEVER_MS, |last| last.time_ms);
    vec![
        ("name", Value::String(hub.name.clone())),
        ("type", Value::String(PARTITION.to_owned())),
        ("partition", Value::String(id.to_owned())),
        ("begin_sequence_number", Value::Long(begin)),
        // The Rust client asks that it be there, and nothing more.
        ("last_enqueued_sequence_number_epoch", Value::Int(-1)),
        ("last_enqueued_sequence_number", Value::Long(tail.next_sequence - 1)),
        ("last_enqueued_offset", Value::String(last.map_or("-1".to_owned(), |last| last.offset.to_string()))),
        ("last_enqueued_time_utc", Value::Timestamp(Timestamp::from_milliseconds(time))),
        ("is_partition_empty", Value::Bool(tail.next_sequence == begin)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::requests::tests::request;
    use super::*;
    use crate::log::{LogOptions, NewEvent};

    fn field<'a>(reply: &'a Reply, name: &str) -> &'a Value {
        let Value::Map(map) = &reply.body else { panic!("{reply:?}") };
        map.get(&Value::String(name.into())).unwrap()
    }

    fn read(kind: &str, partition: &str) -> Request {
        let properties = [("operation", "READ"), ("name", "RAW"), ("type", kind), ("partition", partition)];
        request(&properties, Value::Null)
    }

    #[tokio::test]
    async fn a_hub_and_its_partitions_are_described() {
        let data = tempfile::tempdir().unwrap();
        let specs = ["raw=2".parse().unwrap()];
        let namespace = Namespace::open(data.path(), &specs, LogOptions::default()).unwrap();
        let hub = answer(&read(EVENT_HUB, ""), &namespace);
        assert_eq!((hub.status, field(&hub, "partition_count")), (200, &Value::Int(2)));
        let empty = answer(&read(PARTITION, "1"), &namespace);
        assert_eq!(field(&empty, "is_partition_empty"), &Value::Bool(true));
        assert_eq!(field(&empty, "last_enqueued_offset"), &Value::String("-1".into()));

        let event = NewEvent { partition_key: None, message: bytes::Bytes::from_static(b"x") };
        namespace.hub("raw").unwrap().partition("1").unwrap().1.append(vec![event]).await.unwrap();
        let filled = answer(&read(PARTITION, "1"), &namespace);
        assert_eq!(field(&filled, "is_partition_empty"), &Value::Bool(false));
        assert_eq!(field(&filled, "last_enqueued_sequence_number"), &Value::Long(0));
    }

    #[tokio::test]
    async fn what_does_not_exist_is_not_found() {
        let data = tempfile::tempdir().unwrap();
        let specs = ["raw=2".parse().unwrap()];
        let namespace = Namespace::open(data.path(), &specs, LogOptions::default()).unwrap();
        assert_eq!(answer(&read(PARTITION, "2"), &namespace).status, 404);
        let other = [("operation", "READ"), ("name", "other"), ("type", EVENT_HUB)];
        assert_eq!(answer(&request(&other, Value::Null), &namespace).status, 404);
        assert_eq!(answer(&request(&[], Value::Null), &namespace).status, 400);
    }
}
