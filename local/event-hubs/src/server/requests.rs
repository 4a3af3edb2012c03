//! Requests and replies on `$cbs` and `$management`: a client sends on one link and reads on another.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use fe2o3_amqp::{
    Receiver, Sender,
    link::delivery::Sendable,
    types::{
        definitions::{self, AmqpError},
        messaging::{AmqpValue, ApplicationProperties, Body, Message, MessageId, Properties},
        primitives::{SimpleValue, Value},
    },
};
use tokio::sync::mpsc;

use super::{Service, link::RequestNode, management};

/// See `publish::SETTLE_DELAY`.
const SETTLE_DELAY: Duration = Duration::from_millis(1);
/// Replies that wait for a client to read.
const MOST_REPLIES: usize = 64;
const ACCEPTED: i32 = 202;

pub(super) type Request = Message<Body<Value>>;

/// What is said to a request.
#[derive(Debug, PartialEq)]
pub(super) struct Reply {
    /// An HTTP status code.
    pub status: i32,
    pub description: String,
    pub body: Value,
}

impl Reply {
    pub fn failed(status: i32, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), body: Value::Null }
    }

    fn into_message(self, correlation_id: Option<MessageId>) -> Message<Body<Value>> {
        let properties = ApplicationProperties::builder()
            .insert("status-code".to_owned(), SimpleValue::Int(self.status))
            .insert("status-description".to_owned(), SimpleValue::String(self.description))
            .build();
        Message {
            header: None,
            delivery_annotations: None,
            message_annotations: None,
            properties: Some(Properties { correlation_id, ..Properties::default() }),
            application_properties: Some(properties),
            body: Body::Value(AmqpValue(self.body)),
            footer: None,
        }
    }
}

/// The reply links of one connection.
#[derive(Debug, Default)]
pub(super) struct Routes {
    routes: Mutex<Vec<Route>>,
}

#[derive(Debug)]
struct Route {
    node: RequestNode,
    address: Option<String>,
    replies: mpsc::Sender<Message<Body<Value>>>,
}

impl Routes {
    /// Adds a reply link; `address` is what requests will name in `reply-to`.
    pub fn open(&self, node: RequestNode, address: Option<String>) -> mpsc::Receiver<Message<Body<Value>>> {
        let (replies, receiver) = mpsc::channel(MOST_REPLIES);
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        routes.retain(|route| !route.replies.is_closed());
        routes.push(Route { node, address, replies });
        receiver
    }

    /// The link that `reply_to` names; without one (the Python client leaves it out for `$cbs`) the node's newest.
    fn find(&self, node: RequestNode, reply_to: Option<&str>) -> Option<mpsc::Sender<Message<Body<Value>>>> {
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || routes.iter().rev().filter(|route| route.node == node && !route.replies.is_closed());
        let named = reply_to.and_then(|to| open().find(|route| route.address.as_deref() == Some(to)));
        named.or_else(|| open().next()).map(|route| route.replies.clone())
    }
}

/// Answers requests until the client closes the link.
pub(super) async fn serve(link: Receiver, node: RequestNode, service: Arc<Service>, routes: Arc<Routes>) {
    let name = link.name().to_owned();
    if let Err(error) = answer_all(link, node, &service, &routes).await {
        tracing::debug!(link = name, error = format!("{error:#}"), "a request link ended");
    }
}

async fn answer_all(
    mut link: Receiver,
    node: RequestNode,
    service: &Service,
    routes: &Routes,
) -> anyhow::Result<()> {
    loop {
        let delivery = link.recv::<Body<Value>>().await?;
        tokio::time::sleep(SETTLE_DELAY).await;
        let properties = delivery.message().properties.clone().unwrap_or_default();
        let Some(route) = routes.find(node, properties.reply_to.as_deref()) else {
            let text = "attach a receiver for the reply first".to_owned();
            link.reject(&delivery, definitions::Error::new(AmqpError::NotFound, text, None)).await?;
            continue;
        };
        let reply = match node {
            RequestNode::Cbs => put_token(delivery.message()),
            RequestNode::Management => management::answer(delivery.message(), &service.namespace),
        };
        link.accept(&delivery).await?;
        // A client that closed its reply link does not wait for this.
        let _ = route.send(reply.into_message(properties.message_id)).await;
    }
}

/// Sends replies until the client closes the link.
pub(super) async fn reply(mut link: Sender, mut replies: mpsc::Receiver<Message<Body<Value>>>) {
    loop {
        let message = tokio::select! {
            message = replies.recv() => message,
            _ = link.on_detach() => return,
        };
        let Some(message) = message else { return };
        let sendable = Sendable::builder().message(message).settled(true).build();
        if let Err(error) = link.send_batchable(sendable).await {
            tracing::debug!(link = link.name(), ?error, "a reply was not delivered");
            return;
        }
    }
}

/// The application property `name` of a request, when it is text.
pub(super) fn property<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    match request.application_properties.as_ref()?.0.get(name)? {
        SimpleValue::String(text) => Some(text),
        SimpleValue::Symbol(symbol) => Some(symbol.as_str()),
        _ => None,
    }
}

/// Any token of a known type is good here.
fn put_token(request: &Request) -> Reply {
    if property(request, "operation") != Some("put-token") {
        return Reply::failed(400, "the operation is not put-token");
    }
    match property(request, "type") {
        Some("jwt" | "servicebus.windows.net:sastoken") => {}
        other => return Reply::failed(400, format!("the token type {other:?} is not supported")),
    }
    let token = match &request.body {
        Body::Value(AmqpValue(Value::String(token))) => token.as_str(),
        _ => "",
    };
    if token.is_empty() {
        return Reply::failed(401, "the token is missing");
    }
    Reply { status: ACCEPTED, description: "Accepted".to_owned(), body: Value::Null }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn request(properties: &[(&str, &str)], body: Value) -> Request {
        let add = |map: ApplicationProperties, (key, value): &(&str, &str)| {
            let mut map = map;
            map.0.insert((*key).to_owned(), SimpleValue::String((*value).to_owned()));
            map
        };
        Message {
            header: None,
            delivery_annotations: None,
            message_annotations: None,
            properties: None,
            application_properties: Some(properties.iter().fold(ApplicationProperties::default(), add)),
            body: Body::Value(AmqpValue(body)),
            footer: None,
        }
    }

    #[test]
    fn both_kinds_of_token_are_accepted_and_others_are_not() {
        let status = |kind: &str, token: &str| {
            let properties = [("operation", "put-token"), ("type", kind)];
            put_token(&request(&properties, Value::String(token.into()))).status
        };
        assert_eq!(status("jwt", "t"), 202);
        assert_eq!(status("servicebus.windows.net:sastoken", "t"), 202);
        assert_eq!(status("jwt", ""), 401);
        assert_eq!(status("password", "t"), 400);
        assert_eq!(put_token(&request(&[], Value::Null)).status, 400);
    }

    #[tokio::test]
    async fn a_reply_goes_where_the_request_says_else_to_the_newest_link_of_the_node() {
        let routes = Routes::default();
        let mut first = routes.open(RequestNode::Cbs, Some("a".into()));
        let mut second = routes.open(RequestNode::Cbs, Some("b".into()));
        let message = || Reply::failed(200, "").into_message(None);
        assert!(routes.find(RequestNode::Management, None).is_none());
        routes.find(RequestNode::Cbs, Some("a")).unwrap().send(message()).await.unwrap();
        routes.find(RequestNode::Cbs, None).unwrap().send(message()).await.unwrap();
        assert!(first.try_recv().is_ok() && second.try_recv().is_ok());
        drop(second);
        routes.find(RequestNode::Cbs, None).unwrap().send(message()).await.unwrap();
        assert!(first.try_recv().is_ok());
    }
}
