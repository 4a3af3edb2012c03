//! The server: a TCP listener whose connections share one namespace.

mod connection;
mod deliver;
mod envelope;
mod ingest;
mod link;
mod management;
mod publish;
mod requests;
mod sasl;

use std::{
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    hub::{HubSpec, Namespace},
    log::LogOptions,
    ownership::Owners,
};

/// Event Hubs' limit on one send in its Standard tier, and what clients are told.
pub const DEFAULT_MAX_MESSAGE_SIZE: u64 = 1 << 20;

/// What a server serves.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where the logs live; created when missing.
    pub data: PathBuf,
    pub hubs: Vec<HubSpec>,
    pub log: LogOptions,
    /// Bytes of the largest send that is accepted, batch envelope included.
    pub max_message_size: u64,
}

impl ServerOptions {
    /// Default options for these hubs.
    pub fn new(data: &Path, hubs: Vec<HubSpec>) -> Self {
        let log = LogOptions::default();
        Self { data: data.to_owned(), hubs, log, max_message_size: DEFAULT_MAX_MESSAGE_SIZE }
    }
}

/// What all connections share.
#[derive(Debug)]
struct Service {
    namespace: Namespace,
    owners: Arc<Owners>,
    max_message_size: u64,
}

/// A server that has its port and its logs and waits to be run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
}

impl Server {
    /// Opens the logs and takes the port; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is not on this machine's loopback (every credential is accepted, so nobody else may reach
    /// the server), the port is taken, or the data directory cannot be used.
    pub async fn bind(listen: SocketAddr, options: ServerOptions) -> anyhow::Result<Self> {
        if !listen.ip().is_loopback() {
            bail!(
                "{listen} is not a loopback address; this server accepts any credential: listen on 127.0.0.1"
            );
        }
        let namespace = Namespace::open(&options.data, &options.hubs, options.log)?;
        let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
        let address = listener.local_addr()?;
        let max_message_size = options.max_message_size;
        let service = Service { namespace, owners: Arc::default(), max_message_size };
        Ok(Self { listener, address, service: Arc::new(service) })
    }

    /// The address that clients connect to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready. Connections are then cut; what was accepted is already durable.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        tracing::info!(address = %self.address, "listening");
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let service = Arc::clone(&self.service);
                        connections.spawn(connection::serve(stream, peer, service));
                    }
                    Err(error) => {
                        // Out of file descriptors, most likely: others must close before it can work again.
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_ended) = connections.join_next() => {}
            }
        }
        connections.shutdown().await;
        tracing::info!("stopped");
    }
}
