//! Format, lints, tests and benchmarks of the Rust workspace.

use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use super::{azurite, tools};
use crate::{layout, shell};

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(layout::root());
    cargo
}

pub fn format() -> Result<Outcome> {
    shell::run(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

pub fn lints() -> Result<Outcome> {
    shell::run(cargo().args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    Ok(Outcome::Passed)
}

/// Every crate's tests, with the stand-ins that can be had here running beside them.
pub fn tests() -> Result<Outcome> {
    let mut without = Vec::new();
    let azurite = azurite::start()?;
    let clients = event_hubs_clients()?;
    let datasketches = datasketches()?;
    build()?;
    // Benchmarks run once each, so that they cannot rot; figures are taken by hand.
    let mut test = cargo();
    test.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    test.env("FOREBAY_TEST_AZURITE", &azurite.connection).env("FOREBAY_CLIENTS_DIR", clients);
    test.env("FOREBAY_DATASKETCHES_PYTHON", datasketches);
    if std::env::var_os("FOREBAY_TEST_MSSQL").is_none() {
        without.push(
            "the repository's contract suite on SQL Server: set FOREBAY_TEST_MSSQL to a connection string to run it"
                .to_owned(),
        );
    }
    shell::run(&mut test)?;
    Ok(if without.is_empty() { Outcome::Passed } else { Outcome::PassedWithout(without) })
}

/// One build with all targets: the executables that whole-app tests start are built with the same
/// features as the tests, so nothing is built twice.
pub fn build() -> Result<()> {
    shell::run(cargo().args(["build", "--quiet", "--workspace", "--all-targets"]))
}

/// The official Python and JavaScript clients of Event Hubs, as the broker's tests expect them.
fn event_hubs_clients() -> Result<std::path::PathBuf> {
    let folder = layout::root().join("local/event-hubs/tests/clients");
    let home = layout::test_tools().join("event-hubs");
    tools::python("event-hubs/venv", &folder.join("requirements.txt"), tools::Requirements::Roots)?;
    tools::npm_folder(&home, &folder)?;
    Ok(home)
}

/// A Python that reads what the profiling engine's sketches are exchanged in.
fn datasketches() -> Result<std::path::PathBuf> {
    let requirements = layout::root().join("shared/profiling/tests/interchange/requirements.txt");
    tools::python("datasketches", &requirements, tools::Requirements::Roots)
}

/// The documentation's own links and its examples.
pub fn documentation() -> Result<Outcome> {
    let mut links = cargo();
    links.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    shell::run(&mut links)?;
    shell::run(cargo().args(["test", "--quiet", "--workspace", "--doc"]))?;
    Ok(Outcome::Passed)
}
