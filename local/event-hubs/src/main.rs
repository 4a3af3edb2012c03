//! Serves hubs until it is told to stop.

use std::{future::Future, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::Parser;
use forebay_event_hubs::{
    HubSpec,
    log::{Durability, LogOptions, Retention},
    server::{DEFAULT_MAX_MESSAGE_SIZE, Server, ServerOptions},
    write_whole,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Azure Event Hubs on one machine: an AMQP 1.0 server that the official clients accept.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen: a loopback address; port 0 takes any free port.
    #[arg(long, default_value = "127.0.0.1:5672", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Where events are kept; created when missing.
    #[arg(long, value_name = "DIRECTORY")]
    data: PathBuf,
    /// A hub to serve and how many partitions it has; may be given many times.
    #[arg(long = "hub", required = true, value_name = "NAME=PARTITIONS")]
    hubs: Vec<HubSpec>,
    /// A consumer group that is expected. Groups that are not declared are served too.
    #[arg(long = "consumer-group", value_name = "HUB/GROUP")]
    consumer_groups: Vec<String>,
    /// Written with the real address once the server listens.
    #[arg(long, value_name = "PATH")]
    port_file: Option<PathBuf>,
    /// What an event has survived when its send is accepted.
    #[arg(long, value_enum, default_value = "disk")]
    durability: Durability,
    /// Hours that events are kept; 0 keeps them for ever.
    #[arg(long, default_value_t = 168, value_name = "HOURS")]
    retention_hours: u64,
    /// Bytes a partition keeps at most, rounded up to whole segments; without it only age counts.
    #[arg(long, value_name = "BYTES")]
    retention_bytes: Option<u64>,
    /// Bytes of the largest send that is accepted.
    #[arg(long, default_value_t = DEFAULT_MAX_MESSAGE_SIZE, value_name = "BYTES",
          value_parser = clap::value_parser!(u64).range(1024..=20 << 20))]
    max_message_size: u64,
}

impl Arguments {
    fn server_options(&self) -> ServerOptions {
        let age = (self.retention_hours > 0).then(|| Duration::from_secs(self.retention_hours * 3600));
        let retention = Retention { age, bytes: self.retention_bytes };
        let log = LogOptions { durability: self.durability, retention, ..LogOptions::default() };
        ServerOptions {
            log,
            max_message_size: self.max_message_size,
            ..ServerOptions::new(&self.data, self.hubs.clone())
        }
    }

    /// A declared group of a hub that is not served is a mistake in the configuration.
    fn check_consumer_groups(&self) -> anyhow::Result<()> {
        for declared in &self.consumer_groups {
            let served = |hub: &str| self.hubs.iter().any(|spec| spec.name.eq_ignore_ascii_case(hub));
            match declared.split_once('/') {
                Some((hub, group)) if served(hub) && !group.is_empty() && !group.contains('/') => {}
                Some((hub, _)) if !served(hub) => {
                    bail!(
                        "the consumer group {declared} belongs to no served hub: add --hub {hub}=<partitions>"
                    )
                }
                _ => bail!("{declared:?} is no consumer group: write hub/group"),
            }
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    arguments.check_consumer_groups()?;
    let stop = stop_signal()?;
    let server = Server::bind(arguments.listen, arguments.server_options()).await?;
    if let Some(path) = &arguments.port_file {
        let address = format!("{}\n", server.local_addr());
        write_whole(path, address.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    }
    server.run(stop).await;
    Ok(())
}

/// Ready at SIGINT or SIGTERM. The handlers are in place when this returns.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
