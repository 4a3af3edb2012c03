//! `cargo xtask up`: the whole app on this machine.

mod client;
mod machine;
mod process;
mod progress;
pub mod settings;
mod simulated;
mod summary;
mod truth;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::layout;
use crate::stage::{self, Profile};

use self::machine::Machine;
use self::simulated::Simulated;

/// Size of the simulated accounts, unless somebody wants another.
pub const DEFAULT_SCALE: f64 = 0.01;

#[derive(clap::Args)]
pub struct Options {
    /// Stop after the first complete run.
    #[arg(long)]
    once: bool,
    /// Which accounts to simulate, by comma.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Simulated::ALL)]
    sources: Vec<Simulated>,
    /// Size of the simulated accounts: 1 is about 9.5 million records of NetSuite, 3 million of Salesforce and 8
    /// million of HubSpot.
    #[arg(long, default_value_t = DEFAULT_SCALE)]
    scale: f64,
    /// Print the summary as JSON on standard output.
    #[arg(long)]
    json: bool,
    /// Port of the web page and the API; another free one is taken if it is in use.
    #[arg(long, default_value_t = 7071)]
    port: u16,
    /// Changes per minute that each simulated account makes by itself; none with --once.
    #[arg(long, default_value_t = 6)]
    changes_per_minute: u32,
    /// Build and run unoptimised executables, as the tests do.
    #[arg(long, hide = true)]
    development: bool,
    /// Keep state here instead of .forebay.
    #[arg(long, hide = true)]
    state: Option<PathBuf>,
}

impl Options {
    fn profile(&self) -> Profile {
        if self.development { Profile::Development } else { Profile::Release }
    }

    /// A run that is to end must find the accounts at rest; one that stays gets living ones.
    fn changes_per_minute(&self) -> u32 {
        if self.once { 0 } else { self.changes_per_minute }
    }
}

const PACKAGES: [&str; 3] = ["forebay-functions", "forebay-functions-host", "forebay-event-hubs"];

pub fn run(options: &Options) -> Result<()> {
    let profile = options.profile();
    crate::prerequisites::build()?;
    let accounts = simulated::packages(&options.sources);
    let packages: Vec<&str> = PACKAGES.into_iter().chain(accounts.iter().map(String::as_str)).collect();
    stage::build(profile, &packages)?;
    crate::prerequisites::web()?;
    let app = layout::app();
    stage::lay_out(&app, &layout::target().join(profile.folder()).join("handler"))?;
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst)).context("Ctrl-C cannot be caught")?;
    let state = options.state.clone().unwrap_or_else(layout::state);
    let machine = Machine::start(options, &app, &state)?;
    let result = machine.first_run(options, &stopped);
    if result.is_ok() && !options.once {
        machine.stay(&stopped);
    }
    machine.stop();
    result
}

/// Runs the whole app, as the tests build it, on small accounts and a fresh state, loads it, and lets
/// `work` use it at the given address.
pub fn with_loaded_app(work: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let state = layout::target().join("loaded-app");
    if state.exists() {
        fs::remove_dir_all(&state)?;
    }
    let options = Options {
        once: true,
        sources: Simulated::ALL.to_vec(),
        scale: 0.001,
        json: false,
        port: 0,
        changes_per_minute: 0,
        development: true,
        state: Some(state.clone()),
    };
    let app = layout::app();
    stage::lay_out(&app, &layout::target().join(options.profile().folder()).join("handler"))?;
    let machine = Machine::start(&options, &app, &state)?;
    let loaded = machine.first_run(&options, &AtomicBool::new(false));
    let result = loaded.and_then(|()| work(machine.address()));
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
