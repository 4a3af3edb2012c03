//! `cargo xtask check`: `handler check` with the settings of `cargo xtask up`.

use std::net::ToSocketAddrs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::stage::{self, Profile};
use crate::up::DEFAULT_SCALE;
use crate::up::settings::{self, Values};
use crate::{layout, prerequisites};

#[derive(clap::Args)]
pub struct Options {
    /// The source to look at; all of them without one.
    source: Option<String>,
    /// Only this tenant's sources.
    #[arg(long)]
    tenant: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Which simulated accounts, where `local.settings.json` configures none of your own.
    #[arg(long, default_value_t = DEFAULT_SCALE)]
    scale: f64,
    /// Use the executables that the tests use.
    #[arg(long, hide = true)]
    development: bool,
}

/// Gives the command's own exit code.
pub fn run(options: &Options) -> Result<ExitCode> {
    let own = settings::own(&layout::root())?;
    let home = settings::home(&layout::state(), own.is_some(), options.scale);
    let (file, values) = match own {
        Some(own) => (own.clone(), Values::read(&own)?),
        None => of_running_accounts(&home)?,
    };
    let profile = if options.development { Profile::Development } else { Profile::Release };
    prerequisites::build()?;
    stage::build(profile, &["forebay-functions"])?;
    let mut handler = Command::new(layout::target().join(profile.folder()).join("handler"));
    handler.arg("check").args(&options.source);
    if let Some(tenant) = &options.tenant {
        handler.args(["--tenant", tenant]);
    }
    if options.json {
        handler.arg("--json");
    }
    handler.envs(values.environment()).envs(settings::environment(&home, &file)?);
    let status = handler.status().context("the handler could not be started")?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Simulated accounts exist only while `up` runs, and have another port each time.
fn of_running_accounts(home: &Path) -> Result<(PathBuf, Values)> {
    let file = settings::of_simulated(home);
    if !file.is_file() {
        bail!(
            "no source is set up here: fill in local.settings.json for an account of your own, or start simulated ones \
             with `cargo xtask up` in another terminal"
        );
    }
    let values = Values::read(&file)?;
    let sources = values.sources()?;
    if !sources.iter().filter_map(|source| source.base_url()).any(listens) {
        bail!("the simulated accounts run while `cargo xtask up` does: start it in another terminal");
    }
    Ok((file, values))
}

fn listens(url: &str) -> bool {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let address = address.to_socket_addrs().ok().and_then(|mut found| found.next());
    let within = Duration::from_secs(1);
    address.is_some_and(|address| std::net::TcpStream::connect_timeout(&address, within).is_ok())
}
