//! Makes the deployable zip with a static `handler`.
//!
//! Azure's image has its own C library, so the executable must not depend on one. With the musl target
//! installed (`rustup target add x86_64-unknown-linux-musl`, and musl-tools) it is built for that; where
//! the target cannot be had, GNU's C library is linked statically instead, which serves as well for a
//! program that resolves names through its own settings only, and the output says which it was.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{layout, prerequisites, shell, stage};

const MUSL: &str = "x86_64-unknown-linux-musl";
const GNU: &str = "x86_64-unknown-linux-gnu";

/// Builds, lays out under `target/package`, zips to `target/forebay.zip`.
pub fn run() -> Result<()> {
    prerequisites::build()?;
    prerequisites::openssl_from_source()?;
    prerequisites::web()?;
    let (target, handler) = shell::step("Building a static handler", static_handler)?;
    require_static(&handler)?;
    let folder = layout::target().join("package");
    stage::lay_out(&folder, &handler)?;
    let zip = layout::target().join("forebay.zip");
    zip_folder(&folder, &zip)?;
    let size = zip.metadata()?.len() / 1024;
    println!("{} ({size} KiB, {target}) is ready to deploy; see infra/README.md.", zip.display());
    Ok(())
}

fn static_handler() -> Result<(&'static str, PathBuf)> {
    let target = if has_musl() { MUSL } else { GNU };
    if target == GNU {
        eprintln!("    {MUSL} is not installed; linking GNU's C library statically instead");
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(layout::root()).args(["build", "--quiet", "--release", "--target", target]);
    cargo.args(["--package", "forebay-functions", "--bin", "handler", "--features", "static"]);
    cargo.env("RUSTFLAGS", "-C target-feature=+crt-static");
    shell::run(&mut cargo)?;
    Ok((target, layout::target().join(target).join("release/handler")))
}

fn has_musl() -> bool {
    let libdir = shell::quiet(Command::new("rustc").args(["--print", "target-libdir", "--target", MUSL]));
    libdir.is_ok_and(|path| PathBuf::from(path.trim()).is_dir()) && shell::exists("musl-gcc")
}

/// A handler that wants shared libraries would not start in Azure.
fn require_static(handler: &std::path::Path) -> Result<()> {
    let headers = shell::quiet(Command::new("readelf").args(["--dynamic", "--wide"]).arg(handler))?;
    if let Some(line) = headers.lines().find(|l| l.contains("(NEEDED)")) {
        bail!("{} is not static: {}", handler.display(), line.trim());
    }
    Ok(())
}

/// Core Tools and Azure want `handler` at the zip's root with its executable bit.
fn zip_folder(folder: &std::path::Path, zip: &std::path::Path) -> Result<()> {
    if zip.exists() {
        std::fs::remove_file(zip)?;
    }
    if !shell::exists("zip") {
        prerequisites::apt(&["zip"])?;
    }
    shell::quiet(Command::new("zip").args(["-q", "-r", "-X"]).arg(zip).arg(".").current_dir(folder))
        .map(drop)
        .context("the package could not be zipped")
}
