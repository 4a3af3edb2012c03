//! The simulated org as a process. It stops on Ctrl-C and on SIGTERM.

use clap::Parser as _;
use forebay_salesforce_account::{Settings, start};
use forebay_simulation::asked_to_stop;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let running = start(Settings::parse()).await?;
    asked_to_stop().await?;
    running.stop().await
}
