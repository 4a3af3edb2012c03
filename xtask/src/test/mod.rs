//! `cargo xtask test`: installs what the tests need and runs all of them.

use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {}

pub fn run(_options: &Options) -> Result<()> {
    Ok(())
}
