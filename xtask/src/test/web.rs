//! The web page: types, unit tests and build; then the real page, in a real browser, over a real run.

use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use super::tools;
use crate::{layout, prerequisites, shell};

fn npm(arguments: &[&str]) -> Result<()> {
    shell::run(Command::new("npm").args(arguments).current_dir(layout::root().join("web")))
}

pub fn page() -> Result<Outcome> {
    prerequisites::npm_ci(&layout::root().join("web"))?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "test"])?;
    npm(&["run", "--silent", "build"])?;
    Ok(Outcome::Passed)
}

pub fn in_browser() -> Result<Outcome> {
    let chromium = tools::chromium()?;
    let mut test = Command::new("npm");
    test.args(["run", "--silent", "test:browser"]).current_dir(layout::root().join("web"));
    test.env("CHROMIUM", chromium).env("FOREBAY_TARGET", layout::target().join("debug"));
    shell::run(&mut test)?;
    Ok(Outcome::Passed)
}
