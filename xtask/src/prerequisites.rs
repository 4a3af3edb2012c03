//! What a build needs beyond Rust: found, installed where we may, or named with the way to get it.

use std::process::Command;

use anyhow::{Result, bail};

use crate::layout;
use crate::shell;

/// The C compiler and OpenSSL's headers; the Event Hubs client's AMQP library links OpenSSL.
pub fn build() -> Result<()> {
    let mut missing = Vec::new();
    if !shell::exists("cc") {
        missing.push("build-essential");
    }
    if !shell::exists("pkg-config") {
        missing.push("pkg-config");
    }
    if !has_openssl() {
        missing.push("libssl-dev");
    }
    apt(&missing)
}

/// What building OpenSSL itself needs: make, and a Perl with its standard modules.
pub fn openssl_from_source() -> Result<()> {
    let mut missing = Vec::new();
    if !shell::exists("make") {
        missing.push("make");
    }
    if shell::quiet(Command::new("perl").args(["-MFindBin", "-MIPC::Cmd", "-e", "1"])).is_err() {
        missing.push("perl");
    }
    apt(&missing)
}

fn has_openssl() -> bool {
    shell::quiet(Command::new("pkg-config").args(["--exists", "openssl"])).is_ok()
}

/// Installs Debian packages where this is Debian and we are root; elsewhere says what to install.
pub fn apt(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let root = shell::quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !shell::exists("apt-get") || !root {
        bail!(
            "these are missing: {list}. Install them (on Debian or Ubuntu: sudo apt-get install {list}) and run this again"
        );
    }
    shell::step(&format!("Installing {list}"), || {
        shell::quiet(Command::new("apt-get").args(["update", "-qq"]))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
        shell::quiet(install.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
    })
}

/// Builds the web page if its sources are newer than the last build.
pub fn web() -> Result<()> {
    let web = layout::root().join("web");
    if !newer(&web, &web.join("dist/index.html")) {
        return Ok(());
    }
    if !shell::exists("npm") {
        bail!(
            "npm is missing; the web page is built with it. Install Node.js 20 or newer and run this again"
        );
    }
    shell::step("Building the web page", || {
        npm_ci(&web)?;
        shell::quiet(Command::new("npm").args(["run", "--silent", "build"]).current_dir(&web)).map(drop)
    })
}

/// Installs a folder's npm packages from its lock file, unless that was done since the lock file changed.
pub fn npm_ci(folder: &std::path::Path) -> Result<()> {
    let stamp = folder.join("node_modules/.package-lock.json");
    let fresh = modified(&stamp)
        .is_some_and(|at| modified(&folder.join("package-lock.json")).is_some_and(|l| at >= l));
    if fresh {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    shell::quiet(&mut install).map(drop)
}

fn modified(path: &std::path::Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|m| m.modified()).ok()
}

/// Whether anything below `folder` that a person edits is newer than `built`.
fn newer(folder: &std::path::Path, built: &std::path::Path) -> bool {
    let Some(built) = modified(built) else { return true };
    let Ok(entries) = std::fs::read_dir(folder) else { return true };
    entries.flatten().any(|entry| {
        let (path, name) = (entry.path(), entry.file_name());
        if name == "node_modules" || name == "dist" {
            return false;
        }
        if path.is_dir() { newer_than(&path, built) } else { modified(&path).is_some_and(|at| at > built) }
    })
}

fn newer_than(folder: &std::path::Path, built: std::time::SystemTime) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() { newer_than(&path, built) } else { modified(&path).is_some_and(|at| at > built) }
    })
}
