//! Bad settings, wrong credentials, an unreachable source, a malformed page, a full disk: each says
//! what is wrong and what to do, and loses nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::{Machine, until};
use forebay_tests::process::{binary, free_port};
use serde_json::{Value, json};

fn with_source(settings: &Value, change: impl FnOnce(&mut Value)) -> Result<Value> {
    let mut settings = settings.clone();
    let text = settings["FOREBAY_SOURCES"].as_str().context("sources")?;
    let mut sources: Value = serde_json::from_str(text)?;
    change(&mut sources[0]);
    settings["FOREBAY_SOURCES"] = sources.to_string().into();
    Ok(settings)
}

fn evidence(run: &Value) -> String {
    let streams = run["streams"].as_array().cloned().unwrap_or_default();
    streams.iter().filter_map(|s| s["evidence"].as_str()).collect::<Vec<_>>().join("\n")
}

/// As many rows are served as the account has, stream by stream; a table that it lacks is skipped.
fn assert_rows(machine: &Machine, account: &Account, run: &Value) -> Result<()> {
    let counts = account.counts()?;
    for stream in run["streams"].as_array().context("streams")?.iter().filter(|s| s["state"] != "skipped") {
        let name = stream["stream"].as_str().context("name")?;
        let served = machine.client.get(&format!("/api/v1/sources/netsuite/streams/{name}"))?;
        ensure!(served["rows"] == counts[name], "{name}: {} of {}", served["rows"], counts[name]);
    }
    Ok(())
}

#[test]
fn a_broken_setting_stops_the_handler_with_its_name() -> Result<()> {
    let output = Command::new(binary("handler")?)
        .env("FOREBAY_SOURCES", "[{]")
        .env("FUNCTIONS_CUSTOMHANDLER_PORT", free_port()?.to_string())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        !output.status.success() && said.contains("FOREBAY_SOURCES") && said.contains("JSON array"),
        "{said}"
    );
    Ok(())
}

#[test]
fn a_misconfigured_source_gives_a_failed_run_that_names_the_field() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let settings = with_source(&account.settings()?, |s| {
        s["settings"].as_object_mut().map(|s| s.remove("certificate_id"));
    })?;
    let machine = Machine::start(&folder.path().join("machine"), &settings, &[])?;
    let run = machine.extract()?;
    ensure!(run["state"] == "failed" && evidence(&run).contains("certificate_id"), "{run}");
    Ok(())
}

#[test]
fn wrong_credentials_and_an_unreachable_source_are_told_apart_and_nothing_is_lost_when_mended() -> Result<()>
{
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let good = account.settings()?;

    let wrong = with_source(&good, |s| s["settings"]["client_id"] = "0".repeat(64).into())?;
    let place = folder.path().join("machine");
    let machine = Machine::start(&place, &wrong, &[])?;
    let run = machine.extract()?;
    ensure!(run["state"] == "failed", "{run}");
    ensure!(evidence(&run).contains("credentials"), "{}", evidence(&run));
    drop(machine);

    let port = free_port()?;
    let away = with_source(&good, |s| s["settings"]["base_url"] = format!("http://127.0.0.1:{port}").into())?;
    let machine = Machine::start(&place, &away, &[])?;
    let run = machine.extract()?;
    ensure!(run["state"] == "failed" && evidence(&run).contains("cannot connect"), "{}", evidence(&run));
    drop(machine);

    let machine = Machine::start(&place, &good, &[])?;
    let run = machine.extract()?;
    ensure!(run["complete"] == true && run["totals"]["balances"] == true, "{run}");
    ensure!(run["totals"]["read"].as_u64() > Some(1_000), "{run}");
    Ok(())
}

#[test]
fn faults_of_the_source_during_a_run_cost_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.001, &[])?;
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &[])?;
    let faults =
        json!({ "throttle": 3, "server_errors": 2, "cut_connections": 2, "truncate": 1, "invalid_json": 1 });
    let accepted = account.client().post("/_control/faults", &faults)?;
    ensure!(accepted.status < 300, "{accepted:?}");
    // A fault that outlasted the retries fails its stream with evidence; the next run goes on from its cursor.
    let mut run = machine.extract()?;
    for _ in 0..10 {
        if run["complete"] == true {
            break;
        }
        ensure!(evidence(&run).contains("the source"), "{}", evidence(&run));
        run = machine.extract()?;
    }
    ensure!(run["complete"] == true, "{}", evidence(&run));
    assert_rows(&machine, &account, &run)?;
    Ok(())
}

/// A small disk of its own, in memory; `None` where we may not mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).ok()?;
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|o| o.status.success()).then(|| Self(at.to_path_buf()))
    }

    fn resize(&self, size: &str) -> Result<()> {
        let options = format!("remount,size={size}");
        let done = Command::new("mount").args(["-o", &options]).arg(&self.0).status()?;
        ensure!(done.success(), "the disk cannot be enlarged");
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_says_so_and_the_work_goes_on_when_there_is_room() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let place = folder.path().join("machine");
    let Some(disk) = Disk::mount(&place.join("data"), "2m") else {
        println!("skipped: a full disk needs a mount, and we may not mount here");
        return Ok(());
    };
    let account = Account::start(folder.path(), 0.001, &[])?;
    let machine = Machine::start(&place, &account.settings()?, &["--max-retry-delay", "100ms"])?;
    machine.fire()?;
    let log = place.join("host.log");
    until("the log speaks of the full disk", Duration::from_secs(60), || {
        let text = std::fs::read_to_string(&log)?;
        Ok(text.contains("has no room left") && text.contains("free space"))
    })?;
    disk.resize("400m")?;
    let run = {
        until("the run goes on", Duration::from_secs(120), || {
            machine.fire()?;
            std::thread::sleep(Duration::from_millis(500));
            Ok(machine.newest_run()?.is_some_and(|r| r["complete"] == true))
        })?;
        machine.newest_run()?.context("run")?
    };
    ensure!(run["totals"]["balances"] == true, "{run}");
    assert_rows(&machine, &account, &run)?;
    drop(machine);
    Ok(())
}
