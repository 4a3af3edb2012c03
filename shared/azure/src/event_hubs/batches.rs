//! From events to batches.

use std::collections::HashMap;

use azure_messaging_eventhubs::models::EventData;
use azure_messaging_eventhubs::{EventDataBatchOptions, ProducerClient};
use forebay_ports::{Event, PortError};

use super::{SERVICE, errors};
use crate::error::rejected;

/// What the bodies are, for consumers that look.
const CONTENT_TYPE: &str = "application/cloudevents+json";

/// Most events in a batch. More gains nothing, and a smaller batch is a smaller repeat after an error.
const MOST_EVENTS: usize = 500;

/// Groups events by partition key: keys in order of first sight, events in the order given.
pub(super) fn by_key(events: Vec<Event>) -> Vec<(String, Vec<Event>)> {
    let mut groups: Vec<(String, Vec<Event>)> = Vec::new();
    let mut place: HashMap<String, usize> = HashMap::new();
    for event in events {
        let at = *place.entry(event.partition_key.clone()).or_insert(groups.len());
        if at == groups.len() {
            groups.push((event.partition_key.clone(), Vec::new()));
        }
        groups[at].1.push(event);
    }
    groups
}

/// Sends as many of the events, from the first, as fit in one batch; gives back how many. `events` is
/// not empty.
pub(super) async fn send_batch(
    client: &ProducerClient,
    hub: &str,
    key: &str,
    events: &[Event],
) -> Result<usize, PortError> {
    let options = EventDataBatchOptions {
        partition_key: (!key.is_empty()).then(|| key.to_owned()),
        ..EventDataBatchOptions::default()
    };
    let batch = client.create_batch(Some(options)).await.map_err(|e| errors::classify(hub, &e))?;
    let mut taken = 0;
    for event in events.iter().take(MOST_EVENTS) {
        let data = EventData::builder()
            .with_body(event.body.to_vec())
            .with_content_type(CONTENT_TYPE.to_owned())
            .build();
        if !batch.try_add_event_data(data, None).map_err(|e| errors::classify(hub, &e))? {
            break;
        }
        taken += 1;
    }
    if taken == 0 {
        let bytes = events.first().map_or(0, |e| e.body.len());
        return Err(rejected(SERVICE, format!("an event of {bytes} bytes is larger than hub {hub} takes")));
    }
    client.send_batch(batch, None).await.map_err(|e| errors::classify(hub, &e))?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn events_of_a_key_stay_in_order_and_keys_in_order_of_first_sight() {
        let event = |key: &str, body: &'static str| Event {
            partition_key: key.to_owned(),
            body: Bytes::from_static(body.as_bytes()),
        };
        let grouped = by_key(vec![event("b", "1"), event("a", "2"), event("b", "3"), event("", "4")]);
        let told: Vec<(&str, Vec<&[u8]>)> = grouped
            .iter()
            .map(|(key, events)| (key.as_str(), events.iter().map(|e| e.body.as_ref()).collect()))
            .collect();
        assert_eq!(
            told,
            vec![("b", vec![b"1".as_ref(), b"3"]), ("a", vec![b"2".as_ref()]), ("", vec![b"4"])]
        );
    }
}
