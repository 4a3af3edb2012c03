//! Source to answer, through every process, with the account's own counts as the truth.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::machine::Machine;
use serde_json::{Value, json};

/// About 7,700 records.
const SCALE: f64 = 0.001;

fn streams(run: &Value) -> BTreeMap<String, Value> {
    let items = run["streams"].as_array().cloned().unwrap_or_default();
    items.into_iter().map(|s| (s["stream"].as_str().unwrap_or_default().to_owned(), s)).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(u64::MAX)
}

/// Every stream balances, and its live rows are the account's rows.
fn assert_equal_to_source(machine: &Machine, account: &Account, run: &Value) -> Result<()> {
    let counts = account.counts()?;
    for (name, stream) in streams(run) {
        if stream["state"] == "skipped" {
            // An optional table that this account does not have says so, and holds nothing.
            ensure!(stream["records"] == 0 && stream["evidence"].is_string(), "{name}: {stream}");
            continue;
        }
        ensure!(stream["state"] == "ended", "{name}: {}", stream["evidence"]);
        ensure!(stream["balances"] == true, "{name} does not balance: {stream}");
        let sum: u64 =
            ["applied", "unchanged", "superseded", "dead_lettered"].iter().map(|n| number(&stream[*n])).sum();
        ensure!(number(&stream["read"]) == sum, "{name}: {stream}");
        if let Some(expected) = stream["expected"].as_u64() {
            ensure!(expected == number(&stream["read"]), "{name}: the source counts {expected}, {stream}");
        }
        let served = machine.client.get(&format!("/api/v1/sources/netsuite/streams/{name}"))?;
        let truth = counts[&name].as_u64().with_context(|| format!("{name} is not in {counts}"))?;
        ensure!(
            number(&served["rows"]) == truth,
            "{name}: {} rows served, the source has {truth}",
            served["rows"]
        );
    }
    Ok(())
}

#[test]
fn a_run_loads_everything_and_the_next_reads_only_changes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), SCALE, &[])?;
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &[])?;

    let first = machine.extract()?;
    assert_equal_to_source(&machine, &account, &first)?;
    let lines = &streams(&first)["transactionline"];
    ensure!(number(&lines["applied"]) > 5_000, "{lines}");
    assert_answers(&machine, &first)?;

    account.client().post("/_control/changes", &json!({ "updates": 20, "inserts": 10, "deletes": 5 }))?;
    let second = machine.extract()?;
    assert_equal_to_source(&machine, &account, &second)?;
    let read = number(&second["totals"]["read"]);
    let all = number(&first["totals"]["read"]);
    ensure!(read > 0 && read < all / 5, "the second run read {read} of {all} records");
    ensure!(number(&second["totals"]["applied"]) >= 30, "{}", second["totals"]);
    ensure!(number(&second["totals"]["deleted"]) >= 5, "{}", second["totals"]);

    let third = machine.extract()?;
    assert_equal_to_source(&machine, &account, &third)?;
    ensure!(number(&third["totals"]["applied"]) == 0, "nothing changed, yet: {}", third["totals"]);
    Ok(())
}

/// What a person would look at after a run.
fn assert_answers(machine: &Machine, run: &Value) -> Result<()> {
    let base = "/api/v1/sources/netsuite/streams/customer";
    let columns = machine.client.get(&format!("{base}/columns"))?;
    let count = columns["items"].as_array().context("columns")?.len();
    ensure!(count > 5, "{columns}");

    let id = run["id"].as_str().context("run")?;
    let profiles = machine.client.get(&format!("{base}/profiles?run={id}"))?;
    let profiles = profiles["items"].as_array().context("profiles")?;
    ensure!(profiles.len() == count, "{} profiles of {count} columns", profiles.len());
    let rows = number(&streams(run)["customer"]["applied"]);
    ensure!(profiles.iter().all(|p| number(&p["rows"]) == rows), "a profile does not see every row");
    let key = profiles.iter().find(|p| p["column"] == "id").context("the profile of id")?;
    ensure!(
        key["nulls"] == 0 && key["numbers"]["histogram"].as_array().is_some_and(|h| !h.is_empty()),
        "{key}"
    );

    let lineage = machine.client.get(&format!("{base}/lineage"))?;
    ensure!(lineage["edges"].as_array().context("edges")?.len() >= 2 * count, "{lineage}");
    let events = machine.client.get(&format!("/api/v1/lineage/events?run={id}"))?;
    let text = events.to_string();
    ensure!(text.contains("columnLineage") && text.contains("schemaURL"), "{text}");

    let records = machine.client.get(&format!("{base}/records?limit=3"))?;
    ensure!(records["items"].as_array().is_some_and(|r| r.len() == 3), "{records}");
    ensure!(machine.client.try_get("/api/v1/health/ready")?.status == 200);
    let openapi = machine.client.get("/api/v1/openapi.json")?;
    ensure!(openapi["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", openapi["openapi"]);
    let missing = machine.client.try_get("/api/v1/sources/nobody")?;
    ensure!(missing.status == 404 && missing.body["title"].is_string(), "{missing:?}");
    Ok(())
}

#[test]
fn an_extraction_on_demand_is_accepted_and_runs() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let machine = Machine::start(&folder.path().join("machine"), &account.settings()?, &[])?;
    let accepted = machine.client.post("/api/v1/sources/netsuite/runs", &json!({}))?;
    ensure!(accepted.status == 202, "{accepted:?}");
    let run = machine.wait_settled(|_| true)?;
    ensure!(run["trigger"] == "on_demand", "{run}");
    assert_equal_to_source(&machine, &account, &run)
}
