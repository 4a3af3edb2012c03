//! Work that travels by the queue: a request begins at once, work that ran out of time goes on, and what
//! always fails ends in the dead letters.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::{Machine, until};
use serde_json::{Value, json};

/// Where the local host keeps its queues when no setting names an account.
fn queue(machine: &Machine, name: &str) -> PathBuf {
    machine.folder().join("host/queues").join(name)
}

/// Sends as the layout in the READMEs says.
fn send(folder: &Path, id: &str, body: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join(id);
    fs::write(&beside, body)?;
    fs::rename(beside, folder.join(format!("00000000000001-0-1700000000000-{id}.message")))?;
    Ok(())
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    paths.sort();
    paths
}

fn has_begun(run: &Value) -> bool {
    run["streams"].as_array().is_some_and(|streams| streams.iter().any(|s| s["state"] != "pending"))
}

#[test]
fn a_request_begins_at_once_and_its_message_is_used_up() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &[])?;
    // Idle, so that the host looks at its queue as seldom as it may.
    std::thread::sleep(Duration::from_secs(2));
    let accepted = machine.client.post("/api/v1/sources/netsuite/runs", &json!({}))?;
    let answered = Instant::now();
    ensure!(accepted.status == 202, "{accepted:?}");
    until("the run begins", Duration::from_secs(20), || {
        Ok(machine.newest_run()?.is_some_and(|run| has_begun(&run)))
    })
    .with_context(|| format!("{accepted:?}\n{}", machine.host.log_tail()))?;
    println!("a request began {:?} after its answer", answered.elapsed());
    let run = machine.wait_settled(|_| true)?;
    ensure!(run["id"] == accepted.body["id"] && run["trigger"] == "on_demand", "{run}");
    ensure!(run["complete"] == true, "{run}");
    until("the message is deleted", Duration::from_secs(20), || {
        Ok(files(&queue(&machine, "extract"), ".message").is_empty())
    })?;
    ensure!(files(&queue(&machine, "extract-poison"), ".message").is_empty());
    Ok(())
}

#[test]
fn what_always_fails_ends_in_the_dead_letters_with_its_reason() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let quick = ["--max-retry-delay", "50ms"];
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &quick)?;
    let unknown = r#"{"tenant":"default","source":"nobody","reason":"on_demand"}"#;
    send(&queue(&machine, "extract"), "a", unknown)?;
    send(&queue(&machine, "extract"), "b", "no request at all")?;

    let letters = machine.folder().join("data/blobs/dead-letters/queue/extract");
    until("both messages are dead letters", Duration::from_secs(60), || {
        Ok(files(&letters, ".message").len() == 2 && files(&letters, ".reason.txt").len() == 2)
    })
    .with_context(|| machine.host.log_tail())?;
    let bodies: Vec<String> =
        files(&letters, ".message").iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
    ensure!(bodies.iter().any(|body| body == unknown), "{bodies:?}");
    ensure!(bodies.iter().any(|body| body == "no request at all"), "{bodies:?}");
    let reasons: Vec<String> =
        files(&letters, ".reason.txt").iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
    ensure!(reasons.iter().any(|reason| reason.contains("source nobody")), "{reasons:?}");
    ensure!(reasons.iter().any(|reason| reason.contains("is no request")), "{reasons:?}");
    let log = fs::read_to_string(machine.folder().join("host.log"))?;
    ensure!(log.contains("queue message dead-lettered"), "the alert finds nothing to read");
    send(&queue(&machine, "quality"), "c", "no look at all")?;
    let letters = machine.folder().join("data/blobs/dead-letters/queue/quality");
    until("the look is a dead letter", Duration::from_secs(60), || {
        Ok(!files(&letters, ".message").is_empty() && !files(&letters, ".reason.txt").is_empty())
    })
    .with_context(|| machine.host.log_tail())?;
    let reason = fs::read_to_string(&files(&letters, ".reason.txt")[0])?;
    ensure!(reason.contains("is no request to look at quality"), "{reason}");
    for name in ["extract", "extract-poison", "quality", "quality-poison"] {
        until("the queue is empty", Duration::from_secs(20), || {
            Ok(files(&queue(&machine, name), ".message").is_empty())
        })?;
    }
    Ok(())
}

#[test]
fn work_that_ran_out_of_time_goes_on_without_the_timer() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.01, &[])?;
    let mut settings = account.settings()?;
    settings["FOREBAY_EXTRACT_SECONDS"] = "1".into();
    let machine = Machine::start(&folder.path().join("machine"), &settings, &[])?;
    machine.fire()?;
    let run = machine.wait_settled(|_| true)?;
    ensure!(run["complete"] == true && run["totals"]["balances"] == true, "{run}");
    ensure!(run["trigger"] == "schedule", "{run}");
    let log = fs::read_to_string(machine.folder().join("host.log"))?;
    let times = log.matches("a message asks to go on").count();
    println!("the run of {} records was gone on with {times} times", run["totals"]["read"]);
    ensure!(times > 0, "the run was never out of time: this test proves nothing");
    Ok(())
}
