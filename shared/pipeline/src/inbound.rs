//! Events as they come from a hub.

use bytes::Bytes;
use forebay_model::event::CloudEvent;
use forebay_ports::PortError;
use serde::de::DeserializeOwned;

use crate::engine::Engine;

/// One event, and where it stood in its hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    pub hub: String,
    pub partition: String,
    pub sequence_number: i64,
    pub body: Bytes,
}

impl Inbound {
    /// Reads the envelope if it is of the expected type.
    pub(crate) fn read<D: DeserializeOwned>(&self, event_type: &str) -> Result<CloudEvent<D>, String> {
        let envelope: CloudEvent<D> = serde_json::from_slice(&self.body).map_err(|e| {
            format!("an event of {} bytes is no CloudEvent of type {event_type}: {e}", self.body.len())
        })?;
        if envelope.event_type != event_type || envelope.specversion != "1.0" {
            return Err(format!(
                "expected a CloudEvent 1.0 of type {event_type}, got another type or version"
            ));
        }
        Ok(envelope)
    }
}

impl Engine {
    /// Reads an event; one that is not ours is kept aside with its reason, so that the batch goes on.
    pub(crate) async fn read_or_keep<D: DeserializeOwned>(
        &self,
        event: &Inbound,
        event_type: &str,
    ) -> Result<Option<CloudEvent<D>>, PortError> {
        match event.read(event_type) {
            Ok(envelope) => Ok(Some(envelope)),
            Err(reason) => {
                keep_undelivered(self, std::slice::from_ref(event), &reason).await?;
                Ok(None)
            }
        }
    }
}

/// Writes events that could not be processed to the dead-letter folder of the raw store, named by hub,
/// partition and sequence number, so that keeping them twice keeps them once.
pub async fn keep_undelivered(engine: &Engine, events: &[Inbound], reason: &str) -> Result<(), PortError> {
    for event in events {
        let Inbound { hub, partition, sequence_number, body } = event;
        let place = format!("dead-letters/events/{hub}/{partition}/{sequence_number}");
        tracing::error!(hub, partition, sequence_number, reason, "event dead-lettered: kept in {place}");
        engine.raw.put(&format!("{place}.event"), body.clone()).await?;
        engine.raw.put(&format!("{place}.reason.txt"), Bytes::from(reason.to_owned())).await?;
    }
    Ok(())
}

/// A queue message that its function failed with again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoisonMessage<'a> {
    /// The queue it was sent to, not the poison queue.
    pub queue: &'a str,
    /// The id that the poison queue gave it.
    pub id: &'a str,
    pub body: Bytes,
}

/// Writes a poison message to the dead-letter folder of the raw store, named by queue and id, so that
/// keeping it twice keeps it once. Gives where it is.
pub async fn keep_poison(
    engine: &Engine,
    message: PoisonMessage<'_>,
    reason: &str,
) -> Result<String, PortError> {
    let PoisonMessage { queue, id, body } = message;
    // Ids are UUIDs; whatever else one holds, it must not become another folder.
    let id: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let place = format!("dead-letters/queue/{queue}/{id}");
    engine.raw.put(&format!("{place}.message"), body).await?;
    engine.raw.put(&format!("{place}.reason.txt"), Bytes::from(reason.to_owned())).await?;
    // An alert in infra/modules/alerts.bicep reads these words.
    tracing::error!(queue, id, reason, "queue message dead-lettered: kept in {place}");
    Ok(place)
}
