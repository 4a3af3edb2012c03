//! `cargo xtask test`: installs what the tests need and runs all of them, cheap checks first.

mod azurite;
mod checks;
mod report;
mod rust;
mod tools;
mod web;

use anyhow::{Result, bail};

use self::report::{Outcome, Report};
use crate::prerequisites;

#[derive(clap::Args)]
pub struct Options {
    /// Run only the steps whose name contains this.
    #[arg(long)]
    only: Option<String>,
}

/// A named part of the test run.
struct Step {
    name: &'static str,
    run: fn() -> Result<Outcome>,
}

/// In order: what fails fast comes first.
const STEPS: &[Step] = &[
    Step { name: "format", run: rust::format },
    Step { name: "lints", run: rust::lints },
    Step { name: "rust tests", run: rust::tests },
    Step { name: "documentation", run: rust::documentation },
    Step { name: "bicep", run: checks::bicep },
    Step { name: "t-sql", run: checks::tsql },
    Step { name: "web page", run: web::page },
    Step { name: "web page in chromium", run: web::in_browser },
];

pub fn run(options: &Options) -> Result<()> {
    prerequisites::build()?;
    let mut report = Report::new();
    for step in STEPS {
        if options.only.as_ref().is_none_or(|only| step.name.contains(only.as_str())) {
            report.run(step.name, step.run);
        }
    }
    report.print();
    if report.failed() {
        bail!("some tests failed; `cargo xtask test --only <step>` runs one step again");
    }
    Ok(())
}
