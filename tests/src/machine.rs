//! One machine with the whole app on it: broker, Functions host, handlers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::client::Client;
use crate::process::{Process, binary, free_port, kill_pid};
use crate::repository;

pub struct Machine {
    folder: PathBuf,
    app: PathBuf,
    settings: PathBuf,
    broker_port: u16,
    host_port: u16,
    /// Further arguments of the host.
    host_arguments: Vec<String>,
    pub broker: Process,
    pub host: Process,
    pub client: Client,
}

impl Machine {
    /// Starts everything with its state under `folder`; `values` become app settings.
    pub fn start(folder: &Path, values: &Value, host_arguments: &[&str]) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let app = folder.join("app");
        lay_out(&app)?;
        let settings = folder.join("local.settings.json");
        fs::write(&settings, json!({ "IsEncrypted": false, "Values": values }).to_string())?;
        let (broker_port, host_port) = (free_port()?, free_port()?);
        let broker = start_broker(folder, broker_port)?;
        let host_arguments: Vec<String> = host_arguments.iter().map(|s| (*s).to_owned()).collect();
        let host = start_host(folder, &app, &settings, broker_port, host_port, &host_arguments)?;
        let client = Client::new(&host.address);
        let machine = Self {
            folder: folder.to_path_buf(),
            app,
            settings,
            broker_port,
            host_port,
            host_arguments,
            broker,
            host,
            client,
        };
        machine.wait_until_running()?;
        Ok(machine)
    }

    pub fn restart_broker(&mut self) -> Result<()> {
        self.broker.kill();
        self.broker = start_broker(&self.folder, self.broker_port)?;
        Ok(())
    }

    pub fn restart_host(&mut self) -> Result<()> {
        self.host.kill();
        let Self { folder, app, settings, broker_port, host_port, host_arguments, .. } = self;
        self.host = start_host(folder, app, settings, *broker_port, *host_port, host_arguments)?;
        self.wait_until_running()
    }

    pub fn wait_until_running(&self) -> Result<()> {
        until("the host is running", Duration::from_secs(60), || {
            let status = self.client.try_get("/admin/host/status");
            let live = || self.client.try_get("/api/v1/health/live").is_ok_and(|a| a.status == 200);
            Ok(status.is_ok_and(|s| s.body["state"] == "Running") && live())
        })
    }

    /// Process ids of the handlers.
    pub fn handlers(&self) -> Result<Vec<u64>> {
        let status = self.client.get("/admin/host/status")?;
        let processes = status["processes"].as_array().context("no processes")?;
        Ok(processes.iter().filter_map(|p| p["pid"].as_u64()).filter(|pid| *pid > 0).collect())
    }

    pub fn fire(&self) -> Result<()> {
        let answer = self.client.post("/admin/functions/extract_netsuite", &json!({ "input": "" }))?;
        anyhow::ensure!(answer.status == 202, "firing answered {}", answer.status);
        Ok(())
    }

    /// The newest run with its streams.
    pub fn newest_run(&self) -> Result<Option<Value>> {
        let runs = self.client.get("/api/v1/runs?limit=1")?;
        let Some(id) = runs["items"][0]["id"].as_str() else { return Ok(None) };
        self.client.get(&format!("/api/v1/runs/{id}")).map(Some)
    }

    /// Fires the extraction and waits until a run newer than the newest is settled.
    pub fn extract(&self) -> Result<Value> {
        let before = self.newest_run()?.map(|r| r["id"].clone());
        self.fire()?;
        self.wait_settled(|run| before.as_ref() != Some(&run["id"]))
    }

    /// Waits until the newest run is settled and `ours` accepts it; gives up when nothing moves.
    pub fn wait_settled(&self, ours: impl Fn(&Value) -> bool) -> Result<Value> {
        let mut moved = (Value::Null, Instant::now());
        loop {
            if let Some(run) = self.newest_run()?.filter(&ours) {
                if run["settled"] == true {
                    return Ok(run);
                }
                if run["totals"] != moved.0 {
                    moved = (run["totals"].clone(), Instant::now());
                }
            }
            if moved.1.elapsed() > PATIENCE {
                bail!(
                    "nothing moved for {} s: {}\nhost log:\n{}",
                    PATIENCE.as_secs(),
                    moved.0,
                    self.host.log_tail()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("data/forebay.db")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Without any page moving for this long, something is wrong.
const PATIENCE: Duration = Duration::from_secs(120);

/// The host is killed as everything here is, so its handlers are ended too.
impl Drop for Machine {
    fn drop(&mut self) {
        let handlers = self.handlers().unwrap_or_default();
        self.host.kill();
        handlers.into_iter().for_each(kill_pid);
    }
}

/// Polls `done`; errors of single polls count as not yet.
pub fn until(what: &str, patience: Duration, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    loop {
        let last = done();
        if matches!(last, Ok(true)) {
            return Ok(());
        }
        if started.elapsed() > patience {
            let error = last.err().map(|e| format!("; the last error: {e:#}")).unwrap_or_default();
            bail!("waited {} s until {what}{error}", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn start_broker(folder: &Path, port: u16) -> Result<Process> {
    let address = folder.join("broker.address");
    let arguments = [
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--data",
        &folder.join("broker").to_string_lossy(),
        "--hub",
        "raw=4",
        "--hub",
        "records=4",
        "--port-file",
        &address.to_string_lossy(),
    ]
    .map(str::to_owned);
    Process::start("forebay-event-hubs", &arguments, &address, &folder.join("broker.log"))
}

fn start_host(
    folder: &Path,
    app: &Path,
    settings: &Path,
    broker_port: u16,
    port: u16,
    extra: &[String],
) -> Result<Process> {
    let address = folder.join("host.address");
    let events = format!("amqp://127.0.0.1:{broker_port}");
    let mut arguments: Vec<String> = [
        "--script-root",
        &app.to_string_lossy(),
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--state",
        &folder.join("host").to_string_lossy(),
        "--event-hubs",
        &events,
        "--settings",
        &settings.to_string_lossy(),
        "--env",
        &format!("FOREBAY_STATE={}", folder.join("data").display()),
        "--env",
        &format!("FOREBAY_EVENTS={events}"),
        "--env",
        &format!("FOREBAY_SETTINGS={}", settings.display()),
        "--port-file",
        &address.to_string_lossy(),
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(extra.iter().cloned());
    Process::start("forebay-functions-host", &arguments, &address, &folder.join("host.log"))
}

/// The app's folder as `cargo xtask stage` lays it out, but with the executable linked, not copied.
fn lay_out(app: &Path) -> Result<()> {
    fs::create_dir_all(app)?;
    let root = repository::root();
    fs::copy(root.join("host.json"), app.join("host.json"))?;
    let handler = app.join("handler");
    if !handler.exists() {
        std::os::unix::fs::symlink(binary("handler")?, handler)?;
    }
    for definition in repository::files(&["function.json"]) {
        let name = definition.parent().and_then(Path::file_name).context("a function without a folder")?;
        if !definition.starts_with("functions") {
            continue;
        }
        fs::create_dir_all(app.join(name))?;
        fs::copy(root.join(&definition), app.join(name).join("function.json"))?;
    }
    Ok(())
}
