//! The whole path, source to profile, in records per CPU second of the handler's processes.
//!
//! `cargo build --release --bins --workspace && cargo bench --package forebay-tests --bench whole_path`.
//! `FOREBAY_SCALE` sets the account's size (default 0.01). Run by `cargo test`, it only shows that it
//! works, on a tiny account.
#![expect(clippy::print_stdout, reason = "a benchmark reports")]

use anyhow::{Context, Result};
use forebay_tests::account::Account;
use forebay_tests::machine::Machine;

/// Clock ticks a second in /proc: USER_HZ, which is 100 on every Linux of interest.
const TICKS: f64 = 100.0;

fn cpu_seconds(pid: u64) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after_name = stat.rsplit_once(')').context("stat")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / TICKS)
}

fn main() -> Result<()> {
    let bench = std::env::args().any(|a| a == "--bench");
    let given = std::env::var("FOREBAY_SCALE").ok().and_then(|s| s.parse().ok());
    let scale = if bench { given.unwrap_or(0.01) } else { 0.0005 };
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), scale, &[])?;
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &[])?;
    let started = std::time::Instant::now();
    let run = machine.extract()?;
    let seconds = started.elapsed().as_secs_f64();
    anyhow::ensure!(run["complete"] == true, "{run}");
    let records = run["totals"]["read"].as_f64().context("records")?;
    let mut cpu = 0.0;
    for pid in machine.handlers()? {
        cpu += cpu_seconds(pid)?;
    }
    let status = machine.client.get("/admin/host/status")?;
    println!(
        "{records} records in {seconds:.1} s; handlers used {cpu:.2} CPU s: {:.0} records per CPU second",
        records / cpu.max(0.01)
    );
    for process in status["processes"].as_array().context("processes")? {
        let peak = process["peakRssKib"].as_f64().unwrap_or(0.0) / 1024.0;
        println!("  {:20} peak {peak:.0} MiB", process["group"].as_str().unwrap_or_default());
    }
    Ok(())
}
