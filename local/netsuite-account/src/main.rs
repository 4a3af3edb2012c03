//! The simulated account as a process. It stops on Ctrl-C and on SIGTERM.

use clap::Parser as _;
use forebay_netsuite_account::{Settings, start};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    forebay_simulation::run(start(Settings::parse())).await
}
