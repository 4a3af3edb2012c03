//! The web page: types, unit tests and build; then the page in a real browser.

use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use super::{rust, tools};
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

/// Every page over recorded answers, then over a real run of the whole app.
pub fn in_browser() -> Result<Outcome> {
    let chromium = tools::chromium()?;
    rust::build()?;
    let test = |address: Option<&str>| {
        let mut test = Command::new("npm");
        test.args(["run", "--silent", "test:browser"]).current_dir(layout::root().join("web"));
        test.env("CHROMIUM", &chromium);
        if let Some(address) = address {
            test.env("FOREBAY_URL", format!("http://{address}"));
        }
        shell::run(&mut test)
    };
    test(None)?;
    crate::up::with_loaded_app(|address| test(Some(address)))?;
    Ok(Outcome::Passed)
}
