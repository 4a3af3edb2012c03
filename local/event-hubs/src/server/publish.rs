//! A link on which a client publishes.

use std::{sync::Arc, time::Duration};

use fe2o3_amqp::{
    Receiver,
    link::{
        RecvError,
        delivery::{Delivery, DeliveryInfo},
    },
    types::{
        definitions::{self, ErrorCondition},
        messaging::Body,
        primitives::{Symbol, Value},
    },
};
use futures::{StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use tokio::{sync::oneshot, time::Instant};

use super::{Service, ingest, link::PublishTarget};
use crate::log::{AppendError, Appended};

/// A send is not settled sooner than this, for the client that `amqp::later` is about: most of its sends are
/// registered by then.
const SETTLE_DELAY: Duration = Duration::from_millis(1);

type Outcome = (DeliveryInfo, Result<(), definitions::Error>);

/// Appends what arrives, and settles each send when it is durable. Order is kept; the disk is shared by all that wait.
pub(super) async fn serve(mut link: Receiver, target: PublishTarget, service: Arc<Service>) {
    let mut pending: FuturesOrdered<BoxFuture<'static, Outcome>> = FuturesOrdered::new();
    loop {
        tokio::select! {
            received = link.recv::<Body<Value>>() => match received {
                Ok(delivery) => pending.push_back(submit(delivery, &target, &service).await),
                Err(RecvError::MessageDecode(error)) => {
                    let reason = format!("the message cannot be read: {}", error.source);
                    let reason =
                        definitions::Error::new(definitions::AmqpError::DecodeError, reason, None);
                    pending.push_back(Box::pin(std::future::ready((error.info, Err(reason)))));
                }
                Err(error) => {
                    tracing::debug!(link = link.name(), %error, "a publisher's link ended");
                    return;
                }
            },
            Some((info, outcome)) = pending.next() => {
                let settled = match outcome {
                    Ok(()) => link.accept(info).await,
                    Err(reason) => link.reject(info, reason).await,
                };
                if let Err(error) = settled {
                    tracing::debug!(link = link.name(), %error, "an outcome was not delivered");
                    return;
                }
            }
        }
    }
}

/// Queues a send. The queue of a partition is bounded, so a publisher waits here when the disk is slower than it is.
async fn submit(
    delivery: Delivery<Body<Value>>,
    target: &PublishTarget,
    service: &Service,
) -> BoxFuture<'static, Outcome> {
    let not_before = Instant::now() + SETTLE_DELAY;
    let info = DeliveryInfo::from(&delivery);
    let format = delivery.message_format().unwrap_or(0);
    let queued = match ingest::batch(delivery.into_message(), format) {
        Ok(batch) => append(batch, target, service).await,
        Err(reason) => Err(reason),
    };
    Box::pin(async move {
        let outcome = match queued {
            Ok(answer) => answer.await.unwrap_or(Err(AppendError::Closed)).map(drop).map_err(|e| busy(&e)),
            Err(reason) => Err(reason),
        };
        tokio::time::sleep_until(not_before).await;
        (info, outcome)
    })
}

async fn append(
    batch: ingest::Batch,
    target: &PublishTarget,
    service: &Service,
) -> Result<oneshot::Receiver<Result<Appended, AppendError>>, definitions::Error> {
    let key = batch.partition_key.as_deref();
    let partition = match target {
        PublishTarget::Partition(partition) => Some(partition),
        PublishTarget::Hub(hub) => service.namespace.hub(hub).and_then(|hub| hub.choose(key)),
    };
    match partition {
        Some(partition) => Ok(partition.submit(batch.events).await),
        None => Err(busy(&AppendError::Closed)),
    }
}

/// Clients take this condition for "try again later".
fn busy(error: &AppendError) -> definitions::Error {
    let condition = ErrorCondition::Custom(Symbol::from("com.microsoft:server-busy"));
    definitions::Error::new(condition, error.to_string(), None)
}
