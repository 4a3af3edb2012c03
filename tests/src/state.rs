//! What a machine came to, without what differs between two machines by nature: run and page ids, and
//! the moment a run began.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::machine::Machine;

/// Columns that name the run or the page that wrote a row.
const BY_NATURE: &[&str] = &["_observed", "_page", "_source", "_tenant"];

/// Columns with a record's version, which is a run's bound where the source tells none.
const VERSIONS: &[&str] = &["_modified", "_valid_from", "_valid_to"];

/// Everything that must be equal after any history of kills.
#[derive(Debug, PartialEq)]
pub struct State {
    /// Table to its rows, in order: current and history.
    pub tables: BTreeMap<String, Vec<String>>,
    /// Stream to its accounting in the run.
    pub accounting: BTreeMap<String, Value>,
    /// `stream.column` to the figures of its profile that must not depend on order.
    pub profiles: BTreeMap<String, Value>,
    pub lineage: Vec<String>,
}

impl State {
    pub fn read(machine: &Machine, run: &str) -> Result<Self> {
        let detail = machine.client.get(&format!("/api/v1/runs/{run}"))?;
        let streams = detail["streams"].as_array().context("a run without streams")?;
        let mut accounting = BTreeMap::new();
        let mut profiles = BTreeMap::new();
        for stream in streams {
            let name = stream["stream"].as_str().context("a stream without a name")?;
            accounting.insert(name.to_owned(), numbers(stream));
            // A table that the account does not have was never extracted.
            if stream["state"] == "skipped" {
                continue;
            }
            for profile in profiles_of(machine, name, run)? {
                let column = profile["column"].as_str().unwrap_or_default();
                profiles.insert(format!("{name}.{column}"), exact(&profile));
            }
        }
        // A machine that is killed may need several runs, and what has no time of its own is as new as the last.
        let runs = machine.client.all("/api/v1/runs")?;
        let bounds = runs.iter().filter_map(|run| run["bound"].as_str()).map(second).collect();
        Ok(Self { tables: tables(machine, &bounds)?, accounting, profiles, lineage: lineage(machine)? })
    }
}

fn profiles_of(machine: &Machine, stream: &str, run: &str) -> Result<Vec<Value>> {
    let path = format!("/api/v1/sources/netsuite/streams/{stream}/profiles?run={run}");
    let body = machine.client.get(&path)?;
    Ok(body["items"].as_array().or_else(|| body["columns"].as_array()).cloned().unwrap_or_default())
}

fn numbers(stream: &Value) -> Value {
    let names = [
        "state",
        "pages",
        "pages_applied",
        "pages_profiled",
        "records",
        "bytes",
        "expected",
        "read",
        "applied",
        "inserted",
        "updated",
        "unchanged",
        "superseded",
        "dead_lettered",
        "deleted",
        "balances",
    ];
    names.iter().map(|n| ((*n).to_owned(), stream[*n].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Figures that are exact, or a function of the set of values.
fn exact(profile: &Value) -> Value {
    json!({
        "rows": profile["rows"], "nulls": profile["nulls"], "empties": profile["empties"],
        "blanks": profile["blanks"], "distinct": profile["distinct"], "min": profile["min"],
        "max": profile["max"], "lengths": profile["lengths"]["max"], "type": profile["inferred_type"],
        "count": profile["numbers"]["count"], "sum": profile["numbers"]["sum"],
    })
}

fn open(machine: &Machine) -> Result<Connection> {
    Ok(Connection::open_with_flags(machine.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

fn tables(machine: &Machine, bounds: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<String>>> {
    let connection = open(machine)?;
    let names =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'netsuite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare(names)?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.into_iter().map(|name| rows(&connection, &name, bounds).map(|rows| (name, rows))).collect()
}

fn rows(connection: &Connection, table: &str, bounds: &BTreeSet<&str>) -> Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        let mut fields = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            if BY_NATURE.contains(&column.as_str()) {
                continue;
            }
            let text = text(row.get_ref(place)?);
            let is_bound = VERSIONS.contains(&column.as_str()) && bounds.contains(second(&text));
            let text = if is_bound { "a run's bound" } else { &text };
            fields.push(format!("{column}={text}"));
        }
        texts.push(fields.join("|"));
    }
    texts.sort();
    Ok(texts)
}

/// A time without what is below its seconds, which are all that sources tell.
fn second(time: &str) -> &str {
    time.split_once('.').map_or_else(|| time.trim_end_matches('Z'), |(second, _)| second)
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".into(),
        ValueRef::Integer(i) => i.to_string(),
        ValueRef::Real(f) => f.to_string(),
        ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
        ValueRef::Blob(b) => format!("{b:x?}"),
    }
}

/// Edges by name and field; namespaces hold the machine's own folder.
fn lineage(machine: &Machine) -> Result<Vec<String>> {
    let mut edges = Vec::new();
    for stream in machine.client.all("/api/v1/sources/netsuite/streams")? {
        let name = stream["name"].as_str().context("a stream without a name")?;
        let graph = machine.client.get(&format!("/api/v1/sources/netsuite/streams/{name}/lineage"))?;
        for edge in graph["edges"].as_array().context("a graph without edges")? {
            let end = |e: &Value| format!("{}#{}", e["name"].as_str().unwrap_or_default(), e["field"]);
            edges.push(format!("{} -> {}", end(&edge["from"]), end(&edge["to"])));
        }
    }
    edges.sort();
    edges.dedup();
    Ok(edges)
}
