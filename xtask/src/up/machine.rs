//! The processes that stand for Azure and for the sources, and what is asked of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::process::{Process, free_port};
use super::progress::{self, Awaited};
use super::settings::{self, Source, Values};
use super::simulated::{self, Account, Wish};
use super::{Options, summary, truth};
use crate::{layout, shell};

pub struct Machine {
    event_hubs: Process,
    accounts: Vec<Account>,
    host: Process,
    client: Client,
    sources: Vec<Source>,
    logs: PathBuf,
    state: PathBuf,
}

/// What the processes share: where executables, logs and state are.
struct Place<'a> {
    bin: PathBuf,
    logs: &'a Path,
    state: &'a Path,
}

impl Machine {
    pub fn start(options: &Options, app: &Path, state: &Path) -> Result<Self> {
        let logs = state.join("logs");
        let own = settings::own(&layout::root())?;
        let state = settings::home(state, own.is_some(), options.scale);
        fs::create_dir_all(&logs)?;
        fs::create_dir_all(&state)?;
        let bin = layout::target().join(options.profile().folder());
        let place = Place { bin, logs: &logs, state: &state };
        let event_hubs = start_event_hubs(&place)?;
        let (accounts, file) = match own {
            Some(own) => (Vec::new(), own),
            None => start_accounts(&place, options)?,
        };
        let sources = Values::read(&file)?.sources()?;
        let host = start_host(&place, options, app, &event_hubs.address, &file)?;
        let client = Client::new(&host.address);
        let machine = Self { event_hubs, accounts, host, client, sources, logs, state };
        machine.client.wait_until_running(Duration::from_secs(30)).with_context(|| machine.look_at_logs())?;
        Ok(machine)
    }

    pub fn address(&self) -> &str {
        self.client.address()
    }

    fn look_at_logs(&self) -> String {
        format!("the logs are in {}", self.logs.display())
    }

    /// Fires the extractions and follows them until everything that landed is applied and profiled.
    pub fn first_run(&self, options: &Options, stopped: &AtomicBool) -> Result<()> {
        let started = Instant::now();
        let runs = progress::follow(&self.client, self.fire()?, stopped, || self.check_alive())
            .with_context(|| self.look_at_logs())?;
        let Some(runs) = runs else { return Ok(()) };
        let took = started.elapsed();
        let truth = if options.once { truth::of(&self.accounts)? } else { truth::Rows::new() };
        let summary = summary::collect(&self.client, &runs, &truth, took)?;
        if options.json {
            println!("{}", serde_json::to_string_pretty(&summary)?);
        } else {
            summary::print(&summary);
            println!(
                "\n  web page   http://{0}/ui/\n  API        http://{0}/api/v1/sources\n  API docs   http://{0}/ui/api-docs\n  state      {1} (wipe it with `cargo xtask clean-state`)\n  logs       {2}",
                self.client.address(),
                self.state.display(),
                self.logs.display()
            );
        }
        if summary.failed() {
            bail!("not every run ended well; see the evidence above, and {}", self.logs.display());
        }
        Ok(())
    }

    /// Fires each timer that has a source. Gives what to wait for.
    fn fire(&self) -> Result<Vec<Awaited>> {
        let mut awaited = Vec::with_capacity(self.sources.len());
        let mut functions = Vec::new();
        for source in &self.sources {
            awaited.push(Awaited::new(&self.client, &source.id)?);
            if !functions.contains(&source.function()) {
                functions.push(source.function());
            }
        }
        functions.into_iter().try_for_each(|function| self.client.fire(function))?;
        Ok(awaited)
    }

    fn check_alive(&self) -> Result<()> {
        self.event_hubs.check_alive()?;
        self.accounts.iter().try_for_each(|account| account.process.check_alive())?;
        self.host.check_alive()
    }

    /// Timers go on until Ctrl-C.
    pub fn stay(&self, stopped: &AtomicBool) {
        eprintln!("\nRunning, with its timers. Ctrl-C stops it.");
        while !stopped.load(Ordering::SeqCst) {
            if let Err(error) = self.check_alive() {
                eprintln!("error: {error:#}");
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// The host first, so that nothing is sent to a broker that is gone.
    pub fn stop(self) {
        self.host.stop();
        self.accounts.iter().for_each(|account| account.process.stop());
        self.event_hubs.stop();
    }
}

fn start_event_hubs(place: &Place<'_>) -> Result<Process> {
    let address = place.state.join("event-hubs.address");
    let data = place.state.join("event-hubs");
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        &data.to_string_lossy(),
        "--hub",
        "raw=4",
        "--hub",
        "records=4",
        "--port-file",
        &address.to_string_lossy(),
    ];
    Process::start(&place.bin.join("forebay-event-hubs"), place.logs, &arguments, &address)
}

fn start_accounts(place: &Place<'_>, options: &Options) -> Result<(Vec<Account>, PathBuf)> {
    simulated::start(&Wish {
        sources: &options.sources,
        scale: options.scale,
        changes_per_minute: options.changes_per_minute(),
        bin: &place.bin,
        logs: place.logs,
        state: place.state,
    })
}

fn start_host(
    place: &Place<'_>,
    options: &Options,
    app: &Path,
    event_hubs: &str,
    settings: &Path,
) -> Result<Process> {
    let port = free_port(options.port)?;
    let address = place.state.join("host.address");
    let events = format!("amqp://{event_hubs}");
    let mut arguments: Vec<String> = vec![
        "--script-root".into(),
        app.display().to_string(),
        "--listen".into(),
        format!("127.0.0.1:{port}"),
        "--state".into(),
        place.state.join("host").display().to_string(),
        "--event-hubs".into(),
        events.clone(),
        "--settings".into(),
        settings.display().to_string(),
        "--port-file".into(),
        address.display().to_string(),
    ];
    let mut environment = settings::environment(place.state, settings)?;
    environment.push(("FOREBAY_EVENTS", events));
    // Everything is on this machine, whatever account a settings file names for Azure's own tools.
    let queues = settings::absolute(&place.state.join("queues"))?;
    environment.push(("AzureWebJobsStorage", format!("folder:{queues}")));
    for (name, value) in environment {
        arguments.extend(["--env".to_owned(), format!("{name}={value}")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    shell::step("Starting the Functions host", || {
        Process::start(&place.bin.join("forebay-functions-host"), place.logs, &arguments, &address)
    })
}
