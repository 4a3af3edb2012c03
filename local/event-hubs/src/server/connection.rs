//! One client's connection: its sessions and their links, each served by a task of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use fe2o3_amqp::{
    Receiver, Sender,
    acceptor::{
        ConnectionAcceptor, LinkAcceptor, LinkEndpoint, ListenerSessionHandle, SessionAcceptor,
        SupportedReceiverSettleModes,
    },
    types::{
        definitions,
        messaging::{Source, Target},
        performatives::Attach,
    },
};
use tokio::{net::TcpStream, task::JoinSet};

use super::{
    Service, deliver,
    link::{Plan, Refusal, plan},
    publish,
    requests::{self, Routes},
    sasl::AnyCredential,
};
use crate::amqp::{AmqpStream, frames::MAX_FRAME};

/// From the TCP connection to the end of the Open exchange.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// A client that does not answer a detach is gone.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Said outright because the Python client reads the field without looking whether it is there.
const HANDLE_MAX: u32 = 4_095;
const CHANNEL_MAX: u16 = 4_095;

/// Serves a connection until either side ends it.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, service: Arc<Service>) {
    if let Err(error) = serve_sessions(stream, service).await {
        tracing::debug!(%peer, error = format!("{error:#}"), "a connection ended");
    }
}

async fn serve_sessions(stream: TcpStream, service: Arc<Service>) -> anyhow::Result<()> {
    let acceptor = ConnectionAcceptor::builder()
        .container_id("forebay-event-hubs")
        .max_frame_size(MAX_FRAME)
        .channel_max(CHANNEL_MAX)
        .sasl_acceptor(AnyCredential)
        .build();
    let opening = acceptor.accept(AmqpStream::new(stream)?);
    let mut connection = tokio::time::timeout(OPEN_TIMEOUT, opening).await??;
    let routes = Arc::new(Routes::default());
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            incoming = connection.next_incoming_session() => {
                let Some(incoming) = incoming else { return Ok(()) };
                let acceptor = SessionAcceptor::builder().handle_max(HANDLE_MAX).build();
                let session = acceptor.accept_incoming_session(incoming, &mut connection).await?;
                sessions.spawn(serve_links(session, Arc::clone(&service), Arc::clone(&routes)));
            }
            Some(_ended) = sessions.join_next() => {}
        }
    }
}

async fn serve_links(mut session: ListenerSessionHandle, service: Arc<Service>, routes: Arc<Routes>) {
    let mut links = JoinSet::new();
    loop {
        tokio::select! {
            attach = session.next_incoming_attach() => {
                let Some(attach) = attach else { return };
                let name = attach.name.clone();
                if let Err(error) = serve_link(attach, &mut session, &service, &routes, &mut links).await {
                    tracing::debug!(link = name, error = format!("{error:#}"), "a link was not attached");
                }
            }
            Some(_ended) = links.join_next() => {}
        }
    }
}

async fn serve_link(
    mut attach: Attach,
    session: &mut ListenerSessionHandle,
    service: &Arc<Service>,
    routes: &Arc<Routes>,
    links: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let name = attach.name.clone();
    let plan = match plan(&attach, service).await {
        Ok(plan) => plan,
        Err(refusal) => return refuse(attach, refusal, session, links).await,
    };
    complete(&mut attach);
    // Clients that build batches ask what a send may hold; towards receivers nothing is limited.
    let limit = if matches!(plan, Plan::Publish(_)) { service.max_message_size } else { 0 };
    match (plan, accept(attach, session, limit).await?) {
        (Plan::Publish(target), LinkEndpoint::Receiver(link)) => {
            links.spawn(publish::serve(link, target, Arc::clone(service)));
        }
        (Plan::Deliver(delivery), LinkEndpoint::Sender(link)) => {
            links.spawn(deliver::serve(link, *delivery));
        }
        (Plan::Requests(node), LinkEndpoint::Receiver(link)) => {
            links.spawn(requests::serve(link, node, Arc::clone(service), Arc::clone(routes)));
        }
        (Plan::Replies(node, address), LinkEndpoint::Sender(link)) => {
            let replies = routes.open(node, address);
            links.spawn(requests::reply(link, replies));
        }
        // The plan follows the role, so this would be a mistake of ours; dropping the link ends it.
        _ => tracing::error!(link = name, "a link was attached with the wrong role"),
    }
    Ok(())
}

/// Fills in what the AMQP library insists on and some clients leave out.
fn complete(attach: &mut Attach) {
    attach.source.get_or_insert_with(|| Box::new(Source::default()));
    attach.target.get_or_insert_with(|| Box::new(Target::default().into()));
    attach.initial_delivery_count.get_or_insert(0);
}

/// Attaches with a null terminus, which says that there is no such node, and closes the link with the reason.
async fn refuse(
    mut attach: Attach,
    refusal: Refusal,
    session: &mut ListenerSessionHandle,
    links: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    tracing::info!(link = attach.name, reason = refusal.description, "a link is refused");
    complete(&mut attach);
    match attach.role {
        definitions::Role::Sender => attach.target = None,
        definitions::Role::Receiver => attach.source = None,
    }
    match accept(attach, session, 0).await? {
        LinkEndpoint::Sender(link) => drop(links.spawn(close_sender(link, refusal.into()))),
        LinkEndpoint::Receiver(link) => drop(links.spawn(close_receiver(link, refusal.into()))),
    }
    Ok(())
}

async fn accept(
    attach: Attach,
    session: &mut ListenerSessionHandle,
    max_message_size: u64,
) -> anyhow::Result<LinkEndpoint> {
    let acceptor = LinkAcceptor::builder()
        .supported_receiver_settle_modes(SupportedReceiverSettleModes::First)
        .verify_incoming_source(false)
        .verify_incoming_target(false)
        .max_message_size(max_message_size)
        .build();
    Ok(acceptor.accept_incoming_attach(attach, session).await?)
}

/// Closes a link on which the client receives.
pub(super) async fn close_sender(link: Sender, error: definitions::Error) {
    report_close(tokio::time::timeout(CLOSE_TIMEOUT, link.close_with_error(error)).await);
}

/// Closes a link on which the client sends.
pub(super) async fn close_receiver(link: Receiver, error: definitions::Error) {
    report_close(tokio::time::timeout(CLOSE_TIMEOUT, link.close_with_error(error)).await);
}

fn report_close<E: std::fmt::Debug>(closed: Result<Result<(), E>, tokio::time::error::Elapsed>) {
    if !matches!(closed, Ok(Ok(()))) {
        // The client went away first, which ends the link as well.
        tracing::debug!(?closed, "a link was not closed in order");
    }
}
