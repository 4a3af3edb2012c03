//! The official Python and JavaScript clients. They are installed by whoever sets `FOREBAY_CLIENTS_DIR` to a directory
//! with `venv/bin/python` (`pip install -r tests/clients/requirements.txt`) and `node_modules` (`npm install` of
//! `tests/clients/package.json`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::{path::PathBuf, process::Command};

use support::{TestServer, To, event, producer, receive_all, send};

async fn drive(name: &str, client: impl FnOnce(&PathBuf) -> Command) {
    let Some(directory) = std::env::var_os("FOREBAY_CLIENTS_DIR").map(PathBuf::from) else {
        println!("SKIPPED: the {name} client did not run, because FOREBAY_CLIENTS_DIR is not set");
        return;
    };
    let server = TestServer::start(&["raw=2"]).await;
    let endpoint = server.endpoint();
    let key = "tenant-1";
    // The scripts expect the Rust client's event first in partition 0, with its key.
    let rust = producer(&endpoint, "raw").await;
    send(&rust, To::Key(key), [event("from rust")]).await;
    let mut command = client(&directory);
    command.current_dir(&directory).arg(server.address.to_string()).arg("raw");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {out}\n{err}");
    let events = receive_all(&endpoint, "raw", "0", 23).await;
    assert_eq!(events[1].properties["client"], name);
    assert_eq!(events[4].properties["number"], 3);
    assert_eq!(events[22].body, b"after latest");
    let keyed = receive_all(&endpoint, "raw", "1", 1).await;
    assert_eq!(keyed[0].partition_key.as_deref(), Some("tenant-3"));
}

fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_publishes_and_reads() {
    drive("python", |directory| {
        let mut command = Command::new(directory.join("venv/bin/python"));
        command.arg(script("python_client.py"));
        command
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_client_publishes_and_reads() {
    drive("js", |_directory| {
        let mut command = Command::new("node");
        command.arg(script("js_client.mjs"));
        command
    })
    .await;
}
