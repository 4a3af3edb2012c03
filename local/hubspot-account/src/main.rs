//! The simulated portal as a process. It stops on Ctrl-C and on SIGTERM.

use clap::Parser as _;
use forebay_hubspot_account::{Settings, start};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    forebay_simulation::run(start(Settings::parse())).await
}
