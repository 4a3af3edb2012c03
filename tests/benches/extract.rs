//! A million records from a simulated account: landed raw in a folder, announced, cursors kept in SQLite.
//! This process is the extractor and nothing else; the account is a process of its own.
//!
//! `cargo build --release -p forebay-netsuite-account && cargo bench -p forebay-tests --bench extract`.
//! `FOREBAY_SCALE` sets the account's size (default 0.106, about a million records), `FOREBAY_BENCH_DATA` a
//! folder to keep the account in, and `FOREBAY_DLT` a Python that has dlt, for the comparison.
//! `cargo test` does not run it: the account takes a while to make.
#![expect(clippy::print_stdout, reason = "a benchmark reports")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use forebay_embedded::{FolderStore, open_repository};
use forebay_model::{Run, SourceConfig, Trigger};
use forebay_pipeline::{AccountGate, Engine, Namespaces, begin_run};
use forebay_ports::{Clock, Event, EventPublisher, PortError, Repository, Secret, SecretStore, SystemClock};
use forebay_tests::account::Account;
use serde_json::Value;

/// Clock ticks a second in /proc: USER_HZ, which is 100 on every Linux of interest.
const TICKS: f64 = 100.0;
/// Longer than any machine needs; a run that is cut short is no measurement.
const DEADLINE_SECONDS: i64 = 3 * 3600;

/// Takes events and forgets them, but for their number and the memory in use meanwhile.
#[derive(Default)]
struct Announced {
    events: AtomicU64,
    resident: Mutex<Vec<f64>>,
}

#[async_trait]
impl EventPublisher for Announced {
    async fn publish(&self, _: &str, events: Vec<Event>) -> Result<(), PortError> {
        let count = events.len() as u64;
        let before = self.events.fetch_add(count, Ordering::Relaxed);
        if before % 20 < count {
            let now = status_mib("VmRSS").unwrap_or_default();
            self.resident.lock().unwrap_or_else(PoisonError::into_inner).push(now);
        }
        Ok(())
    }
}

/// The account's key, under any name.
struct Key(String);

#[async_trait]
impl SecretStore for Key {
    async fn get(&self, _: &str) -> Result<Secret, PortError> {
        Ok(Secret::new(self.0.clone(), "1"))
    }
}

/// CPU seconds of this process, as getrusage counts them.
fn cpu_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').context("stat")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / TICKS)
}

/// A line of /proc/self/status in MiB: `VmRSS` now, `VmHWM` at most.
fn status_mib(name: &str) -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find(|line| line.starts_with(name)).context("no such line")?;
    let kib = line.split_whitespace().nth(1).context("no number")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

struct Measured {
    records: u64,
    bytes: u64,
    cpu: f64,
    wall: f64,
}

async fn extract(
    folder: &std::path::Path,
    account: &Account,
    announced: &Arc<Announced>,
) -> Result<Measured> {
    let settings = account.settings()?;
    let sources = settings["FOREBAY_SOURCES"].as_str().context("sources")?;
    let source =
        serde_json::from_str::<Vec<SourceConfig>>(sources)?.into_iter().next().context("a source")?;
    let key = settings["Secret:netsuite-private-key"].as_str().context("a key")?;
    let repository: Arc<dyn Repository> = Arc::new(open_repository(&folder.join("forebay.db")).await?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let named = |_: &SourceConfig| Namespaces {
        source: "netsuite".into(),
        raw: "raw".into(),
        tables: "tables".into(),
    };
    let raw = Arc::new(FolderStore::new(folder.join("raw")));
    let events: Arc<dyn EventPublisher> = announced.clone();
    let engine = Engine::new(repository.clone(), raw, events, clock.clone(), Box::new(named));
    let (cpu, began) = (cpu_seconds()?, Instant::now());
    let limits = forebay_connectors::limits(&source)?;
    let gate = Arc::new(AccountGate::new(
        repository.clone(),
        clock,
        &source.tenant,
        source.connector.as_str(),
        limits,
    ));
    let context = forebay_connectors::Context { secrets: Arc::new(Key(key.to_owned())), gate: gate.clone() };
    let connector = forebay_connectors::open(&source, context)?;
    let run: Run = begin_run(&engine, &source, Ok(connector.as_ref()), Trigger::OnDemand).await?;
    let deadline = engine.clock.now().plus_seconds(DEADLINE_SECONDS);
    let report = engine.extract(&source, connector.as_ref(), Some(gate.as_ref()), run, deadline).await?;
    let (cpu, wall) = (cpu_seconds()? - cpu, began.elapsed().as_secs_f64());
    let streams = repository.stream_runs(&source.tenant, &report.run.id).await?;
    for stream in &streams {
        println!(
            "  {:32} {:>9} records {:>6} pages  {:?}",
            stream.stream.as_str(),
            stream.records,
            stream.pages,
            stream.state
        );
    }
    ensure!(report.failed == 0 && report.left == 0, "{report:?}");
    let (records, bytes) = streams.iter().fold((0, 0), |sum, s| (sum.0 + s.records, sum.1 + s.bytes));
    Ok(Measured { records, bytes, cpu, wall })
}

fn main() -> Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("not measured: `cargo bench -p forebay-tests --bench extract` does");
        return Ok(());
    }
    let scale = std::env::var("FOREBAY_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(0.106);
    let folder = tempfile::tempdir()?;
    let data = std::env::var_os("FOREBAY_BENCH_DATA").map_or(folder.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&data)?;
    let account = Account::start(&data, scale, &[])?;
    let announced = Arc::new(Announced::default());
    // One thread for all that waits and computes; SQLite and files have the runtime's own for blocking.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let measured = runtime.block_on(extract(folder.path(), &account, &announced))?;
    report(&measured, &announced, &account.client().get("/_control/requests")?)?;
    compare(&measured, &data)
}

fn report(measured: &Measured, announced: &Announced, requests: &Value) -> Result<()> {
    let Measured { records, bytes, cpu, wall } = measured;
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (millions, mib) = (*records as f64 / 1e6, *bytes as f64 / 1_048_576.0);
    println!("{records} records ({mib:.0} MiB) in {wall:.1} s");
    println!("{cpu:.2} CPU s of the extractor: {:.2} for a million records", cpu / millions);
    let resident = announced.resident.lock().unwrap_or_else(PoisonError::into_inner);
    let at = |tenth: usize| resident.get(resident.len() * tenth / 10).copied().unwrap_or_default();
    println!(
        "memory: {:.0} MiB after a tenth, {:.0} half-way, {:.0} near the end, {:.0} at most",
        at(1),
        at(5),
        at(9),
        status_mib("VmHWM")?
    );
    println!("{} events announced", announced.events.load(Ordering::Relaxed));
    for (endpoint, calls) in requests["endpoints"].as_object().context("endpoints")? {
        println!("  {endpoint:18} {:>6} requests, answers {}", calls["requests"], calls["answers"]);
    }
    Ok(())
}

/// The same account read with dlt, where there is a Python that has it.
fn compare(measured: &Measured, data: &std::path::Path) -> Result<()> {
    let Some(python) = std::env::var_os("FOREBAY_DLT") else {
        println!(
            "dlt: not compared; FOREBAY_DLT names a Python that has it (see tests/benches/dlt_extract.py)"
        );
        return Ok(());
    };
    let script = forebay_tests::repository::root().join("tests/benches/dlt_extract.py");
    let credentials = data.join("account/credentials.json");
    let output = Command::new(python).arg(script).arg(credentials).output().context("dlt_extract.py")?;
    ensure!(output.status.success(), "dlt_extract.py: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let last: Value = serde_json::from_str(text.lines().last().context("no output")?)?;
    let figure = |name: &str| last[name].as_f64().context("a figure of dlt");
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let ours = measured.cpu / measured.records as f64;
    let theirs = figure("cpu_seconds")? / figure("records")?;
    println!("dlt: {last}");
    println!("dlt needs {:.1} times the CPU per record", theirs / ours);
    Ok(())
}
