//! What arrived, in numbers.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::client::Client;
use super::progress::{Run, StreamRun};
use super::truth::{self, Rows};

/// The summary as people and as programs (`--json`) read it.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub sources: Vec<SourceSummary>,
    pub records_read: u64,
    pub columns_profiled: u64,
    pub lineage_edges: u64,
    pub seconds: f64,
    /// The largest of the handler's processes, in MiB.
    pub peak_memory_mib: f64,
}

/// A source's newest run.
#[derive(Debug, Serialize)]
pub struct SourceSummary {
    pub source: String,
    pub run: String,
    pub state: String,
    pub streams: Vec<StreamSummary>,
    pub records_read: u64,
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
    /// Live rows in the table.
    pub rows: u64,
    /// Rows that a simulated account at rest says it has.
    pub truth: Option<u64>,
}

/// How a stream came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ok,
    /// An optional stream that this account does not have.
    Skipped,
    Unbalanced,
    Differs,
    Failed,
}

impl StreamSummary {
    fn new(source: &str, s: &StreamRun, rows: &Rows, truth: &Rows) -> Self {
        let key = (source.to_owned(), s.stream.clone());
        Self {
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
            rows: rows.get(&key).copied().unwrap_or_default(),
            truth: truth.get(&key).copied(),
        }
    }

    fn mark(&self) -> Mark {
        match self.state.as_str() {
            "skipped" => Mark::Skipped,
            "ended" if !self.balances => Mark::Unbalanced,
            "ended" if self.truth.is_some_and(|truth| truth != self.rows) => Mark::Differs,
            "ended" => Mark::Ok,
            _ => Mark::Failed,
        }
    }
}

impl Summary {
    /// A stream failed, numbers do not add up, or a table is not what its account holds.
    pub fn failed(&self) -> bool {
        let wrong = |s: &StreamSummary| !matches!(s.mark(), Mark::Ok | Mark::Skipped);
        self.sources.iter().any(|source| source.state == "failed" || source.streams.iter().any(wrong))
    }

    fn streams(&self) -> impl Iterator<Item = &StreamSummary> {
        self.sources.iter().flat_map(|source| &source.streams)
    }
}

/// `truth` is empty where no account says what it holds.
pub fn collect(client: &Client, runs: &[Run], truth: &Rows, took: Duration) -> Result<Summary> {
    let numbers: Value = client.get("/api/v1/summary")?;
    let rows = truth::in_tables(client, runs.iter().map(|run| run.source.as_str()))?;
    let sources: Vec<SourceSummary> = runs.iter().map(|run| of_source(run, &rows, truth)).collect();
    Ok(Summary {
        records_read: sources.iter().map(|source| source.records_read).sum(),
        sources,
        columns_profiled: numbers["columns_profiled"].as_u64().unwrap_or_default(),
        lineage_edges: numbers["lineage_edges"].as_u64().unwrap_or_default(),
        seconds: took.as_secs_f64(),
        peak_memory_mib: peak_memory(client)?,
    })
}

fn of_source(run: &Run, rows: &Rows, truth: &Rows) -> SourceSummary {
    let streams: Vec<StreamSummary> =
        run.streams.iter().map(|s| StreamSummary::new(&run.source, s, rows, truth)).collect();
    SourceSummary {
        source: run.source.clone(),
        run: run.id.clone(),
        state: run.state.clone(),
        records_read: streams.iter().map(|s| s.read).sum(),
        streams,
    }
}

fn peak_memory(client: &Client) -> Result<f64> {
    let status: Value = client.get("/admin/host/status")?;
    let processes = status["processes"].as_array().cloned().unwrap_or_default();
    let peak = processes.iter().filter_map(|p| p["peakRssKib"].as_f64()).fold(0.0, f64::max);
    Ok(peak / 1024.0)
}

pub fn print(summary: &Summary) {
    for source in &summary.sources {
        println!(
            "\n  {:30} {:>9} {:>9} {:>9} {:>10} {:>6} {:>9}",
            source.source.to_uppercase(),
            "read",
            "applied",
            "unchanged",
            "superseded",
            "dead",
            "in table"
        );
        source.streams.iter().for_each(print_stream);
        println!("  {:30} {:>9}", "all", source.records_read);
    }
    println!(
        "\n  {} records read, {} columns profiled, {} lineage edges, {:.1} s, the handler's largest process {:.0} MiB",
        summary.records_read,
        summary.columns_profiled,
        summary.lineage_edges,
        summary.seconds,
        summary.peak_memory_mib
    );
    let read = summary.streams().filter(|s| s.mark() != Mark::Skipped);
    let compared: Vec<bool> = read.filter_map(|s| Some(s.truth? == s.rows)).collect();
    if !compared.is_empty() {
        println!(
            "  {} of {} tables hold as many rows as their account says it has",
            compared.iter().filter(|same| **same).count(),
            compared.len()
        );
    }
}

fn print_stream(s: &StreamSummary) {
    let mark = s.mark();
    let word = match mark {
        Mark::Ok => "ok".to_owned(),
        Mark::Skipped => "-".to_owned(),
        Mark::Unbalanced => "DOES NOT BALANCE".to_owned(),
        Mark::Differs => format!("THE ACCOUNT HAS {}", s.truth.unwrap_or_default()),
        Mark::Failed => "FAILED".to_owned(),
    };
    println!(
        "  {:30} {:>9} {:>9} {:>9} {:>10} {:>6} {:>9} {word}",
        s.stream, s.read, s.applied, s.unchanged, s.superseded, s.dead_lettered, s.rows
    );
    if !matches!(mark, Mark::Ok | Mark::Skipped)
        && let Some(evidence) = &s.evidence
    {
        println!("      {evidence}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(state: &str, balances: bool, rows: u64, truth: Option<u64>) -> StreamSummary {
        let run = serde_json::json!({
            "stream": "customer", "state": state, "pages": 1, "pages_applied": 1, "pages_profiled": 1,
            "records": 2, "bytes": 9, "expected": 2, "read": 2, "applied": 2, "unchanged": 0, "superseded": 0,
            "dead_lettered": 0, "balances": balances, "evidence": null,
        });
        let key = || ("erp".to_owned(), "customer".to_owned());
        let truth = truth.into_iter().map(|truth| (key(), truth)).collect();
        StreamSummary::new("erp", &serde_json::from_value(run).unwrap(), &[(key(), rows)].into(), &truth)
    }

    #[test]
    fn a_table_that_is_not_what_the_account_holds_is_said() {
        assert_eq!(stream("ended", true, 2, Some(2)).mark(), Mark::Ok);
        assert_eq!(stream("ended", true, 2, None).mark(), Mark::Ok);
        assert_eq!(stream("ended", true, 2, Some(3)).mark(), Mark::Differs);
        assert_eq!(stream("ended", false, 2, Some(2)).mark(), Mark::Unbalanced);
        assert_eq!(stream("reading", true, 2, Some(2)).mark(), Mark::Failed);
        assert_eq!(stream("skipped", true, 0, Some(3)).mark(), Mark::Skipped);
    }
}
