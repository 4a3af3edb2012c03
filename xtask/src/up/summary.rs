//! What arrived, in numbers.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::client::Client;
use super::progress::Run;

/// The summary as people and as programs (`--json`) read it.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub run: String,
    pub state: String,
    pub streams: Vec<StreamSummary>,
    pub records_read: u64,
    pub columns_profiled: u64,
    pub lineage_edges: u64,
    pub seconds: f64,
    /// The largest of the handler's processes, in MiB.
    pub peak_memory_mib: f64,
}

#[derive(Debug, Serialize)]
pub struct StreamSummary {
    pub stream: String,
    pub state: String,
    /// What the source counted.
    pub expected: Option<u64>,
    pub read: u64,
    pub applied: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    pub balances: bool,
    pub evidence: Option<String>,
}

impl Summary {
    /// A stream failed, or numbers do not add up.
    pub fn failed(&self) -> bool {
        self.state == "failed"
            || self.streams.iter().any(|s| !["ended", "skipped"].contains(&s.state.as_str()) || !s.balances)
    }
}

pub fn collect(client: &Client, run: &Run, took: Duration) -> Result<Summary> {
    let numbers: Value = client.get("/api/v1/summary")?;
    let streams: Vec<StreamSummary> = run
        .streams
        .iter()
        .map(|s| StreamSummary {
            stream: s.stream.clone(),
            state: s.state.clone(),
            expected: s.expected,
            read: s.read,
            applied: s.applied,
            unchanged: s.unchanged,
            superseded: s.superseded,
            dead_lettered: s.dead_lettered,
            balances: s.balances,
            evidence: s.evidence.clone(),
        })
        .collect();
    Ok(Summary {
        run: run.id.clone(),
        state: run.state.clone(),
        records_read: streams.iter().map(|s| s.read).sum(),
        streams,
        columns_profiled: numbers["columns_profiled"].as_u64().unwrap_or_default(),
        lineage_edges: numbers["lineage_edges"].as_u64().unwrap_or_default(),
        seconds: took.as_secs_f64(),
        peak_memory_mib: peak_memory(client)?,
    })
}

fn peak_memory(client: &Client) -> Result<f64> {
    let status: Value = client.get("/admin/host/status")?;
    let processes = status["processes"].as_array().cloned().unwrap_or_default();
    let peak = processes.iter().filter_map(|p| p["peakRssKib"].as_f64()).fold(0.0, f64::max);
    Ok(peak / 1024.0)
}

pub fn print(summary: &Summary) {
    println!(
        "\n  {:24} {:>9} {:>9} {:>9} {:>10} {:>10} {:>6}",
        "stream", "read", "applied", "unchanged", "superseded", "dead", ""
    );
    for s in &summary.streams {
        let mark = match (s.state.as_str(), s.balances) {
            ("ended", true) => "ok",
            // An optional stream that this account does not have.
            ("skipped", _) => "-",
            ("ended", false) => "DOES NOT BALANCE",
            _ => "FAILED",
        };
        println!(
            "  {:24} {:>9} {:>9} {:>9} {:>10} {:>10} {mark:>6}",
            s.stream, s.read, s.applied, s.unchanged, s.superseded, s.dead_lettered
        );
        if !["ok", "-"].contains(&mark)
            && let Some(evidence) = &s.evidence
        {
            println!("      {evidence}");
        }
    }
    println!(
        "\n  {} records read, {} columns profiled, {} lineage edges, {:.1} s, the handler's largest process {:.0} MiB",
        summary.records_read,
        summary.columns_profiled,
        summary.lineage_edges,
        summary.seconds,
        summary.peak_memory_mib
    );
}
