//! SIGKILL at random moments of a run ends in exactly the state of an undisturbed run.
//!
//! Several rounds, each on a machine of its own against the same account at rest, until there were
//! enough kills: of single handlers, of the Functions host with its handlers, and of the broker.
//! `FOREBAY_KILLS` sets how many (default 100), `FOREBAY_SEED` repeats a run's choices.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::{Machine, until};
use forebay_tests::process::kill_pid;
use forebay_tests::state::State;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

const SCALE: f64 = 0.002;
/// The real host gives up after three crashes in half an hour and its platform starts it again; here it
/// is told to bear more, so that most kills hit a running app.
const HOST: &[&str] = &["--max-crashes", "1000000", "--max-retry-delay", "100ms"];

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn no_interleaving_of_kills_loses_or_doubles_anything() -> Result<()> {
    let wanted = setting("FOREBAY_KILLS", 100);
    let seed = setting("FOREBAY_SEED", rand::random());
    let mut chance = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), SCALE, &[])?;
    let settings = account.settings()?;

    let calm = undisturbed(&folder.path().join("calm"), &settings)?;
    assert_tells_something(&calm)?;
    let mut kills = 0;
    let mut rounds = 0;
    while kills < wanted {
        rounds += 1;
        ensure!(rounds <= 100, "{kills} kills in {rounds} rounds: runs end too fast to be killed");
        let (state, killed) =
            disturbed(&folder.path().join(format!("round-{rounds}")), &settings, wanted - kills, &mut chance)
                .with_context(|| format!("seed {seed}, round {rounds}"))?;
        kills += killed;
        compare(&calm, &state)
            .with_context(|| format!("seed {seed}, round {rounds}, after {killed} kills"))?;
        println!("round {rounds}: {killed} kills, state equal ({kills} of {wanted})");
    }
    println!("{kills} kills in {rounds} rounds, seed {seed}");
    Ok(())
}

fn undisturbed(folder: &Path, settings: &Value) -> Result<State> {
    let machine = Machine::start(folder, settings, HOST)?;
    let run = machine.extract()?;
    ensure!(run["complete"] == true, "{run}");
    State::read(&machine, run["id"].as_str().context("run")?)
}

/// One run with kills until it is settled or `most` were dealt. Gives its state and the kills.
fn disturbed(folder: &Path, settings: &Value, most: u64, chance: &mut StdRng) -> Result<(State, u64)> {
    let mut machine = Machine::start(folder, settings, HOST)?;
    machine.fire()?;
    let mut kills = 0;
    while kills < most {
        std::thread::sleep(Duration::from_millis(chance.random_range(5..250)));
        if machine.newest_run().ok().flatten().is_some_and(|r| r["settled"] == true) {
            break;
        }
        kills += strike(&mut machine, chance)?;
        keep_going(&machine);
    }
    machine.wait_until_running()?;
    // A killed timer function is fired again by the next tick of its schedule; here by us.
    until("the disturbed run is settled", Duration::from_secs(180), || {
        keep_going(&machine);
        std::thread::sleep(Duration::from_millis(300));
        Ok(machine.newest_run()?.is_some_and(|r| r["settled"] == true))
    })
    .with_context(|| format!("host log:\n{}", machine.host.log_tail()))?;
    let first = machine.client.all("/api/v1/runs")?.last().context("no run")?.clone();
    Ok((State::read(&machine, first["id"].as_str().context("run")?)?, kills))
}

/// Kills something; gives how many processes died.
fn strike(machine: &mut Machine, chance: &mut StdRng) -> Result<u64> {
    match chance.random_range(0..10) {
        0 => machine.restart_broker()?,
        1 | 2 => machine.restart_host()?,
        _ => match machine.handlers().unwrap_or_default().choose(chance) {
            Some(pid) => kill_pid(*pid),
            None => return Ok(0),
        },
    }
    Ok(1)
}

/// Fires the extraction where there is none yet, or where it was cut.
fn keep_going(machine: &Machine) {
    let Ok(newest) = machine.newest_run() else { return };
    let open = newest.as_ref().is_none_or(|r| r["state"] == "extracting" || r["settled"] == false);
    if open {
        let _ = machine.fire();
    }
}

/// Comparing nothing with nothing proves nothing.
fn assert_tells_something(calm: &State) -> Result<()> {
    ensure!(calm.tables.len() >= 40, "tables and histories of all streams, got {:?}", calm.tables.keys());
    ensure!(calm.tables.values().map(Vec::len).sum::<usize>() > 20_000, "too few rows");
    ensure!(calm.accounting.len() > 30 && calm.lineage.len() > 300, "accounting or lineage is missing");
    ensure!(calm.profiles.len() > 80, "{} profiles", calm.profiles.len());
    let numbers = calm.accounting.values().flat_map(|n| n.as_object().into_iter().flatten());
    for (name, value) in numbers.filter(|(name, _)| *name != "expected") {
        ensure!(!value.is_null(), "{name} is not served");
    }
    let rows = |p: &Value| p["rows"].as_u64().is_some() && p["distinct"].is_object() && p["nulls"].is_u64();
    ensure!(calm.profiles.values().all(rows), "a profile lacks its figures");
    Ok(())
}

fn compare(calm: &State, disturbed: &State) -> Result<()> {
    ensure!(calm.tables.keys().eq(disturbed.tables.keys()), "other tables");
    for (table, rows) in &calm.tables {
        let other = &disturbed.tables[table];
        let lost: Vec<&String> = rows.iter().filter(|r| other.binary_search(r).is_err()).take(3).collect();
        let extra: Vec<&String> = other.iter().filter(|r| rows.binary_search(r).is_err()).take(3).collect();
        ensure!(
            rows == other,
            "{table}: {} rows against {}; lost {lost:?}; extra {extra:?}",
            other.len(),
            rows.len()
        );
    }
    ensure!(
        calm.accounting == disturbed.accounting,
        "accounting: {:#?}\nagainst {:#?}",
        disturbed.accounting,
        calm.accounting
    );
    ensure!(calm.profiles.keys().eq(disturbed.profiles.keys()), "profiles of other columns");
    for (column, profile) in &calm.profiles {
        ensure!(
            disturbed.profiles.get(column) == Some(profile),
            "profile of {column}: {:?} against {profile}",
            disturbed.profiles.get(column)
        );
    }
    ensure!(calm.lineage == disturbed.lineage, "lineage differs");
    Ok(())
}
