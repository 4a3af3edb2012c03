//! `cargo xtask up`: the whole app on this machine.

mod account;
mod client;
mod process;
mod progress;
mod settings;
mod summary;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::stage::{self, Profile};
use crate::{layout, shell};

use self::client::Client;
use self::process::{Process, free_port};

#[derive(clap::Args)]
pub struct Options {
    /// Stop after the first complete run.
    #[arg(long)]
    once: bool,
    /// Size of the simulated account: 1 is about 7.6 million records.
    #[arg(long, default_value_t = 0.01)]
    scale: f64,
    /// Print the summary as JSON on standard output.
    #[arg(long)]
    json: bool,
    /// Port of the web page and the API; another free one is taken if it is in use.
    #[arg(long, default_value_t = 7071)]
    port: u16,
    /// Changes per minute that the simulated account makes by itself.
    #[arg(long, default_value_t = 6)]
    changes_per_minute: u32,
    /// Build and run unoptimised executables, as the tests do.
    #[arg(long, hide = true)]
    development: bool,
    /// Keep state here instead of .forebay.
    #[arg(long, hide = true)]
    state: Option<PathBuf>,
}

const PACKAGES: [&str; 4] =
    ["forebay-functions", "forebay-functions-host", "forebay-event-hubs", "forebay-netsuite-account"];

pub fn run(options: &Options) -> Result<()> {
    let profile = if options.development { Profile::Development } else { Profile::Release };
    crate::prerequisites::build()?;
    stage::build(profile, &PACKAGES)?;
    crate::prerequisites::web()?;
    let app = layout::app();
    stage::lay_out(&app, &layout::target().join(profile.folder()).join("handler"))?;
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst)).context("Ctrl-C cannot be caught")?;
    let state = options.state.clone().unwrap_or_else(layout::state);
    let machine = Machine::start(options, profile, &app, &state)?;
    let result = machine.first_run(options, &stopped);
    if result.is_ok() && !options.once {
        machine.stay(&stopped);
    }
    machine.stop();
    result
}

/// Runs the whole app, as the tests build it, on a small account and a fresh state, loads it, and lets
/// `work` use it at the given address.
pub fn with_loaded_app(work: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let state = layout::target().join("loaded-app");
    if state.exists() {
        fs::remove_dir_all(&state)?;
    }
    let options = Options {
        once: true,
        scale: 0.001,
        json: false,
        port: 0,
        changes_per_minute: 0,
        development: true,
        state: Some(state.clone()),
    };
    let profile = Profile::Development;
    let app = layout::app();
    stage::lay_out(&app, &layout::target().join(profile.folder()).join("handler"))?;
    let machine = Machine::start(&options, profile, &app, &state)?;
    let loaded = machine.first_run(&options, &AtomicBool::new(false));
    let result = loaded.and_then(|()| work(machine.client.address()));
    machine.stop();
    result
}

/// Deletes what `up` keeps.
pub fn clean_state() -> Result<()> {
    let state = layout::state();
    if state.exists() {
        fs::remove_dir_all(&state).with_context(|| format!("{} cannot be deleted", state.display()))?;
    }
    println!("{} is gone; the next `cargo xtask up` loads everything anew.", state.display());
    Ok(())
}

/// Processes that run in other folders take no relative path.
fn absolute(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))?;
    Ok(path.display().to_string())
}

/// The processes that stand for Azure and for the source, in the order they were started.
struct Machine {
    processes: Vec<Process>,
    client: Client,
    logs: PathBuf,
    state: PathBuf,
}

impl Machine {
    fn start(options: &Options, profile: Profile, app: &Path, state: &Path) -> Result<Self> {
        let bin = layout::target().join(profile.folder());
        let logs = state.join("logs");
        fs::create_dir_all(&logs)?;
        let mut processes = Vec::new();
        // An account of one's own and simulated ones of every size are different accounts: none may see
        // another's cursors, tables or events.
        let own = settings::own(&layout::root())?;
        let home = match own {
            Some(_) => "own-account".to_owned(),
            None => format!("simulated-{}", options.scale),
        };
        let state = &state.join(home);
        fs::create_dir_all(state)?;

        let ports = state.join("event-hubs.address");
        let event_hubs = Process::start(
            &bin.join("forebay-event-hubs"),
            &logs,
            &[
                "--listen",
                "127.0.0.1:0",
                "--data",
                &state.join("event-hubs").to_string_lossy(),
                "--hub",
                "raw=4",
                "--hub",
                "records=4",
                "--port-file",
                &ports.to_string_lossy(),
            ],
            &ports,
        )?;
        let events = format!("amqp://{}", event_hubs.address);
        processes.push(event_hubs);

        let settings = match own {
            Some(own) => own,
            None => {
                let (account, settings) = account::start(&bin, &logs, state, options)?;
                processes.push(account);
                settings
            }
        };

        let port = free_port(options.port)?;
        let ports = state.join("host.address");
        let host = shell::step("Starting the Functions host", || {
            let listen = format!("127.0.0.1:{port}");
            let app = app.to_string_lossy().into_owned();
            let host_state = state.join("host").to_string_lossy().into_owned();
            let settings_file = settings.to_string_lossy().into_owned();
            let state_setting = format!("FOREBAY_STATE={}", state.join("data").display());
            let events_setting = format!("FOREBAY_EVENTS={events}");
            let file_setting = format!("FOREBAY_SETTINGS={settings_file}");
            // Everything is on this machine, whatever account a settings file names for Azure's own tools.
            let queues_setting = format!("AzureWebJobsStorage=folder:{}", absolute(&state.join("queues"))?);
            let mut arguments = vec![
                "--script-root",
                &app,
                "--listen",
                &listen,
                "--state",
                &host_state,
                "--event-hubs",
                &events,
                "--settings",
                &settings_file,
                "--env",
                &state_setting,
                "--env",
                &events_setting,
                "--env",
                &file_setting,
                "--env",
                &queues_setting,
            ];
            let address = ports.to_string_lossy().into_owned();
            arguments.extend(["--port-file", &address]);
            Process::start(&bin.join("forebay-functions-host"), &logs, &arguments, &ports)
        })?;
        let client = Client::new(&host.address);
        processes.push(host);
        let machine = Self { processes, client, logs, state: state.to_path_buf() };
        machine.client.wait_until_running(Duration::from_secs(30)).with_context(|| machine.look_at_logs())?;
        Ok(machine)
    }

    fn look_at_logs(&self) -> String {
        format!("the logs are in {}", self.logs.display())
    }

    /// Fires the extraction and follows it until everything that landed is applied and profiled.
    fn first_run(&self, options: &Options, stopped: &AtomicBool) -> Result<()> {
        let started = Instant::now();
        let before = self.client.newest_run()?;
        self.client.fire("extract_netsuite")?;
        let run = progress::follow(&self.client, before, stopped, || self.check_alive())
            .with_context(|| self.look_at_logs())?;
        let Some(run) = run else { return Ok(()) };
        let summary = summary::collect(&self.client, &run, started.elapsed())?;
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
            bail!("the run did not end well; see the evidence above, and {}", self.logs.display());
        }
        Ok(())
    }

    fn check_alive(&self) -> Result<()> {
        for process in &self.processes {
            process.check_alive()?;
        }
        Ok(())
    }

    /// Timers go on until Ctrl-C.
    fn stay(&self, stopped: &AtomicBool) {
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
    fn stop(self) {
        for process in self.processes.iter().rev() {
            process.stop();
        }
    }
}
