//! Checks of Bicep and T-SQL with their vendors' own schemas and parsers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use super::tools;
use crate::{layout, prerequisites, shell};

fn folder() -> PathBuf {
    layout::root().join("tests/checks")
}

fn check(script: &str, arguments: &[PathBuf]) -> Result<()> {
    let python = tools::python("checks", &folder().join("requirements.txt"), tools::Requirements::Complete)?;
    let mut command = Command::new(python);
    command.arg(folder().join(script)).args(arguments).current_dir(layout::root());
    shell::run(&mut command)
}

/// Types, required and read-only properties, API versions, parameters and modules.
pub fn bicep() -> Result<Outcome> {
    check("bicep_check.py", &[])?;
    Ok(Outcome::PassedWithout(vec![
        "`bicep build` and `what-if`: the compiler and a subscription are needed; a deployment pipeline has both".to_owned(),
    ]))
}

/// Migrations and every statement that the repository sends, with Microsoft's parser and schema compiler.
pub fn tsql() -> Result<Outcome> {
    prerequisites::apt(&missing_icu())?;
    let statements = layout::target().join("tsql-statements");
    let _ = fs::remove_dir_all(&statements);
    fs::create_dir_all(&statements)?;
    let mut dump = Command::new("cargo");
    dump.current_dir(layout::root()).args([
        "run",
        "--quiet",
        "--package",
        "forebay-sql",
        "--example",
        "tsql_statements",
        "--",
    ]);
    shell::run(dump.arg(&statements))?;
    check("tsql_check.py", &[statements])?;
    Ok(Outcome::Passed)
}

/// .NET, which carries the parser, wants ICU.
fn missing_icu() -> Vec<&'static str> {
    let found = shell::quiet(Command::new("sh").args(["-c", "ldconfig -p | grep -q libicuuc"])).is_ok();
    if found { vec![] } else { vec!["libicu72"] }
}
