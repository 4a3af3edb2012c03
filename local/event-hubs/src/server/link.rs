//! What an incoming link is for, decided from its Attach.

use fe2o3_amqp::types::{
    definitions::{self, AmqpError, ErrorCondition, LinkError, Role},
    messaging::TargetArchetype,
    performatives::Attach,
    primitives::Value,
};

use super::{Service, deliver::Delivery};
use crate::{address::Node, log::Partition, ownership::Claim, selector};

/// Clients put their owner level here.
const EPOCH: &str = "com.microsoft:epoch";
/// Clients ask with this for the end of the partition on every event.
const RUNTIME_METRIC: &str = "com.microsoft:enable-receiver-runtime-metric";

/// A link that can be served.
#[derive(Debug)]
pub(super) enum Plan {
    Publish(PublishTarget),
    Deliver(Box<Delivery>),
    Requests(RequestNode),
    /// Replies of a node, and the address that requests name in `reply-to`.
    Replies(RequestNode, Option<String>),
}

/// Where a publisher's events go.
#[derive(Debug)]
pub(super) enum PublishTarget {
    /// The partition follows from each event's key.
    Hub(String),
    Partition(Partition),
}

/// A node that answers requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestNode {
    Cbs,
    Management,
}

/// Why a link is not served.
#[derive(Debug)]
pub(super) struct Refusal {
    pub condition: ErrorCondition,
    pub description: String,
}

impl From<Refusal> for definitions::Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.condition, refusal.description, None)
    }
}

fn refuse(condition: impl Into<ErrorCondition>, description: impl Into<String>) -> Refusal {
    Refusal { condition: condition.into(), description: description.into() }
}

fn not_found(what: &str) -> Refusal {
    refuse(AmqpError::NotFound, format!("The messaging entity '{what}' could not be found."))
}

/// Decides what a link is for.
pub(super) async fn plan(attach: &Attach, service: &Service) -> Result<Plan, Refusal> {
    match attach.role {
        Role::Sender => plan_incoming(&target_address(attach).unwrap_or_default(), service),
        Role::Receiver => plan_outgoing(attach, service).await,
    }
}

fn plan_incoming(address: &str, service: &Service) -> Result<Plan, Refusal> {
    match Node::parse(address) {
        Some(Node::Cbs) => Ok(Plan::Requests(RequestNode::Cbs)),
        Some(Node::Management) => Ok(Plan::Requests(RequestNode::Management)),
        Some(Node::Hub { hub }) if service.namespace.hub(&hub).is_some() => {
            Ok(Plan::Publish(PublishTarget::Hub(hub)))
        }
        Some(Node::Partition { hub, partition }) => {
            let found = service.namespace.hub(&hub).and_then(|hub| hub.partition(&partition));
            let (_, partition) = found.ok_or_else(|| not_found(address))?;
            Ok(Plan::Publish(PublishTarget::Partition(partition.clone())))
        }
        _ => Err(not_found(address)),
    }
}

async fn plan_outgoing(attach: &Attach, service: &Service) -> Result<Plan, Refusal> {
    let source = attach.source.as_deref();
    let address = source.and_then(|source| source.address.clone()).unwrap_or_default();
    match Node::parse(&address) {
        Some(Node::Cbs) => Ok(Plan::Replies(RequestNode::Cbs, target_address(attach))),
        Some(Node::Management) => Ok(Plan::Replies(RequestNode::Management, target_address(attach))),
        Some(Node::ConsumerGroup { hub, group, partition }) => {
            let found = service.namespace.hub(&hub).and_then(|hub| Some((hub, hub.partition(&partition)?)));
            let (hub, (number, partition)) = found.ok_or_else(|| not_found(&address))?;
            let claim = Claim { hub: hub.name.clone(), partition: number, group: group.to_ascii_lowercase() };
            let delivery = plan_delivery(attach, service, partition, claim).await?;
            Ok(Plan::Deliver(Box::new(delivery)))
        }
        _ => Err(not_found(&address)),
    }
}

async fn plan_delivery(
    attach: &Attach,
    service: &Service,
    partition: &Partition,
    claim: Claim,
) -> Result<Delivery, Refusal> {
    let filters = attach.source.as_ref().and_then(|source| source.filter.as_ref());
    let start = selector::start_position(filters).map_err(|text| refuse(AmqpError::InvalidField, text))?;
    let level = owner_level(attach)?;
    let lease = service.owners.admit(claim, level).map_err(|refused| match refused {
        crate::ownership::Refused::Outranked(_) => refuse(LinkError::Stolen, refused.to_string()),
        crate::ownership::Refused::Crowded => refuse(AmqpError::ResourceLimitExceeded, refused.to_string()),
    })?;
    // Found before the client learns that it is attached: "latest" means later than that.
    let reader = partition
        .read_from(start)
        .await
        .map_err(|error| refuse(AmqpError::InternalError, format!("the log cannot be read: {error}")))?;
    Ok(Delivery { reader, lease, with_metrics: wants_metrics(attach) })
}

fn target_address(attach: &Attach) -> Option<String> {
    match attach.target.as_deref() {
        Some(TargetArchetype::Target(target)) => target.address.clone(),
        None => None,
    }
}

fn owner_level(attach: &Attach) -> Result<Option<i64>, Refusal> {
    let level = attach.properties.as_ref().and_then(|properties| properties.get(EPOCH));
    match level {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Long(level)) => Ok(Some(*level)),
        Some(Value::Int(level)) => Ok(Some(i64::from(*level))),
        Some(Value::Uint(level)) => Ok(Some(i64::from(*level))),
        Some(Value::Ulong(level)) => Ok(Some(i64::try_from(*level).unwrap_or(i64::MAX))),
        Some(other) => Err(refuse(AmqpError::InvalidField, format!("{EPOCH} is {other:?}, not a number"))),
    }
}

fn wants_metrics(attach: &Attach) -> bool {
    let capabilities = attach.desired_capabilities.as_ref();
    capabilities.is_some_and(|capabilities| capabilities.iter().any(|name| name.as_str() == RUNTIME_METRIC))
}
