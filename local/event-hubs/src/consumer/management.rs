//! One request to `$management`.

use anyhow::{Context as _, anyhow};
use fe2o3_amqp::{
    Receiver, Sender, Session,
    types::{
        messaging::{ApplicationProperties, Body, Message, Properties, Source, Target},
        primitives::{SimpleValue, Value},
    },
};

use super::{OPEN_TIMEOUT, connect};

const NODE: &str = "$management";

/// The ids of a hub's partitions, in order: `"0"`, `"1"` and so on.
///
/// # Errors
/// When nobody listens at `endpoint`, or the hub does not exist.
pub async fn partition_ids(endpoint: &str, hub: &str) -> anyhow::Result<Vec<String>> {
    let reply = tokio::time::timeout(OPEN_TIMEOUT, read_hub(endpoint, hub))
        .await
        .with_context(|| format!("{endpoint} did not answer within {OPEN_TIMEOUT:?}"))?
        .with_context(|| format!("asking {endpoint} for the partitions of {hub}"))?;
    ids(reply).with_context(|| format!("asking {endpoint} for the partitions of {hub}"))
}

async fn read_hub(endpoint: &str, hub: &str) -> anyhow::Result<Message<Body<Value>>> {
    let mut connection = connect(endpoint).await?;
    let mut session = Session::begin(&mut connection).await?;
    let reply_to = format!("forebay-management-{}", std::process::id());
    let mut sender = Sender::builder()
        .name(format!("{reply_to}-requests"))
        .target(Target::builder().address(NODE).build())
        .source(Source::builder().address(reply_to.as_str()).build())
        .attach(&mut session)
        .await?;
    let mut receiver = Receiver::builder()
        .name(format!("{reply_to}-replies"))
        .source(Source::builder().address(NODE).build())
        .target(Target::builder().address(reply_to.as_str()).build())
        .attach(&mut session)
        .await?;
    sender.send(request(hub, &reply_to)).await?.accepted_or_else(|outcome| anyhow!("{outcome:?}"))?;
    let reply = receiver.recv::<Body<Value>>().await?;
    receiver.accept(&reply).await?;
    let message = reply.into_message();
    sender.close().await?;
    receiver.close().await?;
    session.end().await?;
    connection.close().await?;
    Ok(message)
}

fn request(hub: &str, reply_to: &str) -> Message<Body<Value>> {
    let fields = [("operation", "READ"), ("name", hub), ("type", "com.microsoft:eventhub")];
    let properties = fields.into_iter().fold(ApplicationProperties::builder(), |builder, (key, value)| {
        builder.insert(key.to_owned(), SimpleValue::String(value.to_owned()))
    });
    Message {
        properties: Some(Properties::builder().message_id("1".to_owned()).reply_to(reply_to).build()),
        application_properties: Some(properties.build()),
        header: None,
        delivery_annotations: None,
        message_annotations: None,
        body: Body::Value(fe2o3_amqp::types::messaging::AmqpValue(Value::Null)),
        footer: None,
    }
}

fn ids(reply: Message<Body<Value>>) -> anyhow::Result<Vec<String>> {
    let properties = reply.application_properties.unwrap_or_default();
    match properties.0.get("status-code") {
        Some(SimpleValue::Int(200)) => {}
        _ => return Err(anyhow!("{:?}", properties.0.get("status-description"))),
    }
    let Body::Value(value) = reply.body else { return Err(anyhow!("a reply without a value")) };
    let Value::Map(fields) = value.0 else { return Err(anyhow!("a reply that is no map")) };
    let Some(Value::Array(ids)) = fields.get(&Value::String("partition_ids".to_owned())) else {
        return Err(anyhow!("a reply without partition_ids"));
    };
    ids.iter()
        .map(|id| match id {
            Value::String(id) => Ok(id.clone()),
            other => Err(anyhow!("a partition id that is {other:?}")),
        })
        .collect()
}
