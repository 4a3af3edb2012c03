//! A link on which a client receives.

use fe2o3_amqp::{
    Sender,
    link::{SendError, delivery::Sendable},
    types::definitions::{self, AmqpError, LinkError},
};

use super::{connection::close_sender, envelope};
use crate::{
    log::{LogReader, StoredEvent},
    ownership::Lease,
};

/// What a receiver reads, and its right to.
#[derive(Debug)]
pub(super) struct Delivery {
    pub reader: LogReader,
    pub lease: Lease,
    /// Whether every event carries the partition's end.
    pub with_metrics: bool,
}

/// Why a receiver's link ends.
enum Ended {
    /// The client closed it or is gone.
    ByClient,
    WithError(definitions::Error),
}

/// Sends events as credit allows, until the client closes the link or another receiver takes the partition.
pub(super) async fn serve(mut link: Sender, mut delivery: Delivery) {
    match deliver(&mut link, &mut delivery).await {
        Ended::ByClient => tracing::debug!(link = link.name(), "a receiver left"),
        Ended::WithError(error) => {
            tracing::info!(link = link.name(), %error, "a receiver is detached");
            // The partition is free for others while the client takes its time to answer.
            drop(delivery);
            close_sender(link, error).await;
        }
    }
}

async fn deliver(link: &mut Sender, delivery: &mut Delivery) -> Ended {
    loop {
        let events = match delivery.reader.next_chunk().await {
            Ok(events) => events,
            Err(error) => {
                tracing::error!(link = link.name(), %error, "a partition cannot be read");
                return Ended::WithError(internal(format!("the log cannot be read: {error}")));
            }
        };
        if events.is_empty() {
            tokio::select! {
                () = delivery.reader.changed() => continue,
                () = delivery.lease.stolen() => return Ended::WithError(stolen()),
                _ = link.on_detach() => return Ended::ByClient,
            }
        }
        for event in events {
            if let Err(ended) = send(link, delivery, &event).await {
                return ended;
            }
        }
    }
}

async fn send(link: &mut Sender, delivery: &mut Delivery, event: &StoredEvent) -> Result<(), Ended> {
    let tail = delivery.with_metrics.then(|| delivery.reader.tail());
    let message = envelope::message(event, tail).map_err(|error| {
        let text = format!("event {} cannot be decoded: {error}", event.sequence);
        Ended::WithError(internal(text))
    })?;
    let sendable = Sendable::builder().message(message).settled(true).build();
    tokio::select! {
        biased;
        () = delivery.lease.stolen() => Err(Ended::WithError(stolen())),
        // Waits for credit. Where the client insists on settling, its outcome changes nothing: a position in a log
        // is the client's own to keep.
        sent = link.send_batchable(sendable) => match sent {
            Ok(_outcome) => Ok(()),
            Err(SendError::MessageSizeExceeded(error)) => Err(Ended::WithError(definitions::Error::new(
                LinkError::MessageSizeExceeded,
                error.to_string(),
                None,
            ))),
            Err(_) => Err(Ended::ByClient),
        },
    }
}

fn stolen() -> definitions::Error {
    let text = "New receiver with the same or a higher owner level took the partition.";
    definitions::Error::new(LinkError::Stolen, text.to_owned(), None)
}

fn internal(text: String) -> definitions::Error {
    definitions::Error::new(AmqpError::InternalError, text, None)
}
