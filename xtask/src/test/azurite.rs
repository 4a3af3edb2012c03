//! Azurite for the Blob and Queue tests.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, net::TcpListener, net::TcpStream};

use anyhow::{Context, Result, bail};

use super::tools;
use crate::layout;

/// The version whose dependencies the npm registry serves.
const VERSION: &str = "azurite@3.35.0";
/// The account and key that Azurite's documentation publishes; it has no other.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A running Azurite, stopped when dropped.
pub struct Azurite {
    child: Child,
    pub connection: String,
}

pub fn start() -> Result<Azurite> {
    let folder = tools::npm("azurite", &[VERSION])?;
    let (blob, queue, table) = (free_port()?, free_port()?, free_port()?);
    let data = layout::test_tools().join("azurite-data");
    let _ = fs::remove_dir_all(&data);
    let child = Command::new(folder.join("node_modules/.bin/azurite"))
        .args(["--silent", "--skipApiVersionCheck", "--disableTelemetry"])
        .args(["--blobHost", "127.0.0.1", "--blobPort", &blob.to_string()])
        .args(["--queueHost", "127.0.0.1", "--queuePort", &queue.to_string()])
        .args(["--tableHost", "127.0.0.1", "--tablePort", &table.to_string()])
        .arg("--location")
        .arg(&data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Azurite cannot be started")?;
    let connection = format!(
        "DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint=http://127.0.0.1:{blob}/{ACCOUNT};QueueEndpoint=http://127.0.0.1:{queue}/{ACCOUNT};"
    );
    let azurite = Azurite { child, connection };
    let started = Instant::now();
    let listens = |port| TcpStream::connect(("127.0.0.1", port)).is_ok();
    while !(listens(blob) && listens(queue)) {
        if started.elapsed() > Duration::from_secs(60) {
            bail!("Azurite does not listen after 60 s");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(azurite)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Drop for Azurite {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
