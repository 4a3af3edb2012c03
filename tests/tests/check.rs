//! `handler check`: what is wrong with a source is said in plain words, with what to do, and as an exit code.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use forebay_tests::account::Account;
use forebay_tests::process::binary;
use serde_json::{Value, json};

/// The handler with the values of a settings file as its environment, as the host starts it.
fn check(folder: &Path, values: &Value, arguments: &[&str]) -> Result<Output> {
    let file = folder.join("local.settings.json");
    std::fs::write(&file, json!({ "IsEncrypted": false, "Values": values }).to_string())?;
    let mut handler = Command::new(binary("handler")?);
    handler.arg("check").args(arguments).env("FOREBAY_STATE", folder.join("state"));
    handler.env("FOREBAY_SETTINGS", &file);
    for (name, value) in values.as_object().context("values")? {
        if !name.contains(':') {
            handler.env(name, value.as_str().context("a value that is no text")?);
        }
    }
    Ok(handler.output()?)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The lines of what was said about `name`, joined: details are wrapped.
fn line_of(said: &str, name: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let names = |line: &&&str| line.split_whitespace().nth(1) == Some(name) && !line.starts_with("         ");
    let Some(first) = lines.iter().position(|line| names(&line)) else { return String::new() };
    let wrapped = lines[first + 1..].iter().take_while(|line| line.starts_with("         "));
    let parts = std::iter::once(&lines[first]).chain(wrapped);
    parts.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(" ")
}

fn changed(values: &Value, change: impl FnOnce(&mut Value)) -> Result<Value> {
    let mut values = values.clone();
    let mut sources: Value = serde_json::from_str(values["FOREBAY_SOURCES"].as_str().context("sources")?)?;
    change(&mut sources[0]);
    values["FOREBAY_SOURCES"] = sources.to_string().into();
    Ok(values)
}

#[test]
fn a_source_that_can_be_read_passes_with_every_stream_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let output = check(folder.path(), &account.settings()?, &[])?;
    let text = said(&output);
    ensure!(output.status.code() == Some(0), "{text}");
    for name in ["settings", "credentials", "clock"] {
        ensure!(line_of(&text, name).starts_with("ok "), "{name}: {text}");
    }
    let customers = account.counts()?["customer"].as_u64().context("customers")?;
    ensure!(
        line_of(&text, "customer") == format!("ok customer readable, {customers} records"),
        "{}",
        line_of(&text, "customer")
    );
    ensure!(line_of(&text, "partner").starts_with("look partner will be skipped"), "{text}");
    ensure!(text.contains("The source can be read"), "{text}");

    // It asks for counts, never for data.
    let asked = account.client().get("/_control/requests")?;
    let suiteql = &asked["endpoints"]["suiteql"];
    ensure!(suiteql["queries_by_table"]["transactionline"] == 1, "{suiteql}");
    ensure!(suiteql["rows_by_table"]["transactionline"] == 1, "{suiteql}");

    let output = check(folder.path(), &account.settings()?, &["netsuite", "--json"])?;
    let found: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(found["passed"] == true && found["sources"][0]["source"] == "netsuite", "{found}");
    let items = found["sources"][0]["items"].as_array().context("items")?;
    ensure!(items.iter().any(|i| i["subject"] == "stream customer" && i["verdict"] == "passed"), "{found}");
    Ok(())
}

#[test]
fn wrong_credentials_are_named_with_what_to_look_at_and_nothing_else_is_asked() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &[])?;
    let good = account.settings()?;
    let key = good["Secret:netsuite-private-key"].as_str().context("key")?.to_owned();

    let wrong = changed(&good, |s| s["settings"]["client_id"] = "0".repeat(64).into())?;
    let output = check(folder.path(), &wrong, &[])?;
    let text = said(&output);
    ensure!(output.status.code() == Some(1), "{text}");
    let line = line_of(&text, "credentials");
    ensure!(line.starts_with("FAILED credentials") && line.contains("'client_id'"), "{text}");
    ensure!(line_of(&text, "customer").is_empty(), "streams cannot be asked about: {text}");

    let mut without = good.clone();
    without.as_object_mut().context("values")?.remove("Secret:netsuite-private-key");
    let output = check(folder.path(), &without, &[])?;
    let line = line_of(&said(&output), "credentials");
    ensure!(output.status.code() == Some(1) && line.contains("netsuite-private-key"), "{line}");
    ensure!(!said(&output).contains(key.lines().nth(1).context("key")?), "the key was shown");
    Ok(())
}

#[test]
fn a_denied_table_fails_alone_and_says_which_permissions_to_give() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let account = Account::start(folder.path(), 0.0005, &["--deny", "vendor"])?;
    let output = check(folder.path(), &account.settings()?, &["netsuite"])?;
    let text = said(&output);
    ensure!(output.status.code() == Some(1), "{text}");
    let line = line_of(&text, "vendor");
    ensure!(line.starts_with("FAILED vendor") && line.contains("SuiteAnalytics Workbook"), "{text}");
    ensure!(line_of(&text, "customer").starts_with("ok "), "{text}");
    ensure!(text.contains("Not as it should be: netsuite"), "{text}");
    Ok(())
}

#[test]
fn what_means_nothing_is_told_what_there_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sources = json!([{ "tenant": "acme", "id": "erp", "connector": "netsuite" }]).to_string();
    let values = json!({ "FOREBAY_SOURCES": sources });
    let output = check(folder.path(), &values, &["crm"])?;
    ensure!(
        output.status.code() == Some(2) && said(&output).contains("erp (tenant acme)"),
        "{}",
        said(&output)
    );
    let output = check(folder.path(), &values, &["--tenant", "other"])?;
    ensure!(output.status.code() == Some(2), "{}", said(&output));
    let output = check(folder.path(), &values, &["--verbose"])?;
    ensure!(output.status.code() == Some(2) && said(&output).contains("usage: handler"), "{}", said(&output));

    // A source that is named, and whose settings are not complete, is looked at and fails.
    let output = check(folder.path(), &values, &["erp", "--tenant", "acme"])?;
    let line = line_of(&said(&output), "settings");
    ensure!(output.status.code() == Some(1) && line.contains("'account'"), "{}", said(&output));
    Ok(())
}
