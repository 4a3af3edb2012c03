//! Starts and stops an account's HTTP server.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Listens on an address of this machine alone; port 0 takes a free one.
///
/// # Errors
/// When the address is not a loopback address or is taken.
pub async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    if !listen.ip().is_loopback() {
        bail!("{listen} is not a loopback address; the simulated account is for one machine");
    }
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// A server that answers requests until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Answers requests, and writes the port to `port_file` when there is one.
    ///
    /// # Errors
    /// When the port cannot be written.
    pub fn start(listener: TcpListener, router: Router, port_file: Option<&Path>) -> Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, router, stopped));
        if let Some(path) = port_file {
            write_port(path, address.port())?;
        }
        Ok(Self { address, stop, task })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Turns true when the server is asked to stop, and closes when it is dropped: for what runs beside it.
    pub fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Lets running requests end, then stops.
    ///
    /// # Errors
    /// When the server had failed before.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        self.task.await.context("the server failed")?.context("the server failed")
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that the handle was dropped, which stops the account as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        })
        .await
}

/// Writes a port in decimal, in one step, so that a reader never sees half of it.
///
/// # Errors
/// When the file cannot be written.
pub fn write_port(path: &Path, port: u16) -> Result<()> {
    let partial = path.with_extension("partial");
    std::fs::write(&partial, format!("{port}\n"))
        .with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Waits for Ctrl-C or SIGTERM.
///
/// # Errors
/// When this process cannot be told of them.
#[cfg(unix)]
pub async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
///
/// # Errors
/// When this process cannot be told of it.
#[cfg(not(unix))]
pub async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_writes_its_port_and_stops_when_asked() {
        assert!(bind(SocketAddr::from(([0, 0, 0, 0], 0))).await.is_err());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("port");
        let (listener, address) = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let server = Server::start(listener, Router::new(), Some(&file)).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{}\n", address.port()));
        let mut stopped = server.stopped();
        assert!(tokio::net::TcpStream::connect(address).await.is_ok());
        server.stop().await.unwrap();
        assert!(stopped.wait_for(|stop| *stop).await.is_ok());
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}
