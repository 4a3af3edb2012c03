//! What tests need from PyPI, npm and Debian, installed once under `target/test-tools`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{layout, prerequisites, shell};

/// How a requirements file names packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirements {
    /// Their dependencies are found by pip.
    Roots,
    /// All of them; nothing else is installed.
    Complete,
}

/// A Python environment with the packages of a requirements file; kept while the file stays as it is.
pub fn python(name: &str, requirements: &Path, kind: Requirements) -> Result<PathBuf> {
    let folder = layout::test_tools().join(name);
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.installed");
    let wanted = fs::read_to_string(requirements)?;
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(python);
    }
    if !shell::exists("python3") {
        bail!("python3 is missing; install Python 3.10 or 3.11 with venv and run this again");
    }
    // Debian keeps what makes environments in a package of its own.
    if shell::quiet(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_err() {
        prerequisites::apt(&["python3-venv"])?;
    }
    shell::step(&format!("Installing Python packages for {name}"), || {
        fs::create_dir_all(&folder)?;
        shell::quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        if kind == Requirements::Complete {
            pip.arg("--no-deps");
        }
        shell::quiet(pip.arg("-r").arg(requirements)).map(drop)
    })?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// Installs a folder's `package.json` into `home`, where it does not litter the checkout.
pub fn npm_folder(home: &Path, folder: &Path) -> Result<()> {
    let wanted = fs::read_to_string(folder.join("package.json"))?;
    let stamp = home.join("package.installed");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    shell::step("Installing npm packages for the Event Hubs clients", || {
        fs::create_dir_all(home)?;
        fs::write(home.join("package.json"), &wanted)?;
        let lock = folder.join("package-lock.json");
        if lock.is_file() {
            fs::copy(lock, home.join("package-lock.json"))?;
        }
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(home);
        shell::quiet(&mut install).map(drop)
    })?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// npm packages by exact name and version in a folder of their own.
pub fn npm(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = layout::test_tools().join(name);
    let stamp = folder.join("packages.installed");
    let wanted = packages.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(folder);
    }
    shell::step(&format!("Installing {wanted}"), || {
        fs::create_dir_all(&folder)?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(&folder);
        shell::quiet(install.args(packages)).map(drop)
    })?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}

/// Debian's Chromium, installed where we may.
pub fn chromium() -> Result<PathBuf> {
    let file = PathBuf::from("/usr/bin/chromium");
    if !file.is_file() {
        prerequisites::apt(&["chromium"])?;
    }
    Ok(file)
}
