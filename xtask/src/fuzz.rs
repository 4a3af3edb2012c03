//! `cargo xtask fuzz`: libFuzzer on stable Rust, guided by coverage.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{layout, prerequisites, shell};

/// What cargo-fuzz passes, without a sanitizer: the code is safe Rust, and sanitizers need nightly.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";
const MOST_INPUT_BYTES: u32 = 64 * 1024;
const MOST_MEMORY_MIB: u32 = 1024;

#[derive(clap::Args)]
pub struct Options {
    /// One target; without it, each in turn.
    target: Option<String>,
    /// How long each target is tried.
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

pub fn run(options: &Options) -> Result<()> {
    if !shell::exists("c++") {
        prerequisites::apt(&["g++"])?;
    }
    let folder = layout::root().join("target/fuzz");
    let corpus = folder.join("corpus");
    let host = host()?;
    shell::step("Building the fuzz targets", || build(&folder, &host))?;
    shell::run(
        Command::new("cargo").args(["run", "--quiet", "-p", "forebay-fuzz", "--bin", "seeds"]).arg(&corpus),
    )?;
    let fuzzer = folder.join(host).join("release/fuzz");
    let targets = targets(&corpus, options.target.as_deref())?;
    for target in &targets {
        shell::step(&format!("Fuzzing {target} for {} s", options.seconds), || {
            fuzz(&fuzzer, &folder, target, options.seconds)
        })?;
    }
    Ok(())
}

/// Named, so that build scripts and macros are left without the coverage that only the fuzzer links.
fn host() -> Result<String> {
    let version = shell::quiet(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}

fn build(folder: &Path, host: &str) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "-p",
        "forebay-fuzz",
        "--bin",
        "fuzz",
        "--features",
        "libfuzzer",
    ]);
    cargo
        .args(["--target", host])
        .arg("--target-dir")
        .arg(folder)
        .env("RUSTFLAGS", COVERAGE)
        .current_dir(layout::root());
    shell::run(&mut cargo)
}

/// The folders of seeds are the list of targets.
fn targets(corpus: &Path, only: Option<&str>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(corpus).with_context(|| format!("{} cannot be read", corpus.display()))? {
        all.push(entry?.file_name().to_string_lossy().into_owned());
    }
    all.sort();
    match only {
        None => Ok(all),
        Some(name) if all.iter().any(|target| target == name) => Ok(vec![name.to_owned()]),
        Some(name) => bail!("there is no target `{name}`; there are {}", all.join(", ")),
    }
}

fn fuzz(fuzzer: &Path, folder: &Path, target: &str, seconds: u32) -> Result<()> {
    let artifacts = folder.join("artifacts").join(target);
    fs::create_dir_all(&artifacts)?;
    let log = folder.join(format!("{target}.log"));
    let output = fs::File::create(&log)?;
    let status = Command::new(fuzzer)
        .arg(folder.join("corpus").join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MOST_INPUT_BYTES}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY_MIB}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-print_final_stats=1", "-timeout=20"])
        .env("FOREBAY_FUZZ_TARGET", target)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .status()?;
    let told = fs::read_to_string(&log)?;
    if !status.success() {
        let panic = told.lines().skip_while(|line| !line.contains("panicked at")).take(3);
        let panic: Vec<&str> = panic.collect();
        bail!(
            "{target} fell: {}\nThe input is in {}, the rest in {}",
            panic.join(" "),
            artifacts.display(),
            log.display()
        );
    }
    let figures = told.lines().filter(|line| line.starts_with("stat::"));
    figures.for_each(|line| eprintln!("    {}", line.trim_start_matches("stat::")));
    Ok(())
}
