//! Lays out `target/app` as the Functions host wants it: `host.json`, the executable, one folder with a
//! `function.json` per function, and the web page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{layout, prerequisites, shell};

/// How the executables are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Release,
    /// As the tests build; no second build of everything.
    Development,
}

impl Profile {
    /// The folder under `target`.
    pub fn folder(self) -> &'static str {
        match self {
            Profile::Release => "release",
            Profile::Development => "debug",
        }
    }
}

/// Builds the app and lays it out. Gives its folder.
pub fn run(profile: Profile) -> Result<PathBuf> {
    prerequisites::build()?;
    build(profile, &["forebay-functions"])?;
    prerequisites::web()?;
    let app = layout::app();
    lay_out(&app, &layout::target().join(profile.folder()).join("handler"))?;
    Ok(app)
}

/// Builds packages' executables.
pub fn build(profile: Profile, packages: &[&str]) -> Result<()> {
    shell::step("Building the executables (the first time takes some minutes)", || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(layout::root()).args(["build", "--quiet", "--bins"]);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        for package in packages {
            cargo.args(["--package", package]);
        }
        shell::run(&mut cargo)
    })
}

/// Writes the app's folder anew.
pub fn lay_out(app: &Path, handler: &Path) -> Result<()> {
    if app.exists() {
        fs::remove_dir_all(app).with_context(|| format!("{} cannot be replaced", app.display()))?;
    }
    fs::create_dir_all(app)?;
    let root = layout::root();
    copy(&root.join("host.json"), &app.join("host.json"))?;
    copy(handler, &app.join("handler"))?;
    for entry in fs::read_dir(root.join("functions"))?.flatten() {
        let definition = entry.path().join("function.json");
        if definition.is_file() {
            let folder = app.join(entry.file_name());
            fs::create_dir_all(&folder)?;
            copy(&definition, &folder.join("function.json"))?;
        }
    }
    let web = root.join("web/dist");
    if web.is_dir() {
        copy_folder(&web, &app.join("web"))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}
