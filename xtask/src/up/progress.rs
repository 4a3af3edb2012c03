//! Follows a run: a bar per stream, or a line now and then where there is no terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};
use serde::Deserialize;

use super::client::Client;

/// A stream's part of a run, as the API serves it.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamRun {
    pub stream: String,
    pub state: String,
    pub pages: u64,
    pub pages_applied: u64,
    pub pages_profiled: u64,
    pub records: u64,
    pub bytes: u64,
    pub expected: Option<u64>,
    pub read: u64,
    pub applied: u64,
    pub unchanged: u64,
    pub superseded: u64,
    pub dead_lettered: u64,
    pub balances: bool,
    pub evidence: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    pub id: String,
    pub state: String,
    /// Nothing of the run is under way any more.
    pub settled: bool,
    pub streams: Vec<StreamRun>,
}

const POLL: Duration = Duration::from_millis(150);
/// Without any page moving for this long, something is wrong.
const PATIENCE: Duration = Duration::from_secs(180);

/// Follows the run that was fired until it is settled; `None` after Ctrl-C. `before` is the newest run
/// when it was fired and whether that was still open: then it is this run that goes on.
pub fn follow(
    client: &Client,
    before: Option<(String, bool)>,
    stopped: &AtomicBool,
    check_alive: impl Fn() -> Result<()>,
) -> Result<Option<Run>> {
    let mut view = View::new();
    let mut last = (0, Instant::now());
    loop {
        if stopped.load(Ordering::SeqCst) {
            return Ok(None);
        }
        check_alive()?;
        if let Some(run) = ours(client, before.as_ref())? {
            view.show(&run);
            if run.settled {
                view.finish();
                return Ok(Some(run));
            }
            let moved: u64 = run.streams.iter().map(|s| s.pages + s.pages_applied + s.pages_profiled).sum();
            if moved != last.0 {
                last = (moved, Instant::now());
            }
        }
        if last.1.elapsed() > PATIENCE {
            bail!("nothing has moved for {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(POLL);
    }
}

fn ours(client: &Client, before: Option<&(String, bool)>) -> Result<Option<Run>> {
    let Some((newest, _)) = client.newest_run()? else { return Ok(None) };
    match before {
        Some((id, open)) if *id == newest && !open => Ok(None),
        _ => client.get(&format!("/api/v1/runs/{newest}")).map(Some),
    }
}

enum View {
    Bars(MultiProgress, BTreeMap<String, ProgressBar>),
    Lines(Instant),
}

impl View {
    fn new() -> Self {
        if std::io::stderr().is_terminal() {
            View::Bars(MultiProgress::new(), BTreeMap::new())
        } else {
            View::Lines(Instant::now())
        }
    }

    fn show(&mut self, run: &Run) {
        match self {
            View::Bars(bars, by_stream) => {
                for stream in &run.streams {
                    let bar = by_stream
                        .entry(stream.stream.clone())
                        .or_insert_with(|| bars.add(bar(&stream.stream)));
                    update(bar, stream);
                }
            }
            View::Lines(last) if last.elapsed() > Duration::from_secs(2) => {
                *last = Instant::now();
                eprintln!("    {}", line(run));
            }
            View::Lines(_) => {}
        }
    }

    fn finish(&self) {
        if let View::Bars(_, by_stream) = self {
            by_stream.values().for_each(ProgressBar::abandon);
        }
    }
}

fn bar(stream: &str) -> ProgressBar {
    let template = "  {prefix:24} {bar:24} {pos:>9} read {per_sec:>14} {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(1).with_style(style).with_prefix(stream.to_owned())
}

/// The length is what the source counted, where it did; until then what has landed so far.
fn update(bar: &ProgressBar, stream: &StreamRun) {
    bar.set_length(stream.expected.unwrap_or(0).max(stream.records).max(1));
    bar.set_position(stream.read);
    bar.set_message(format!(
        "{} pages landed, {} applied, {} profiled, {}{}",
        stream.pages,
        stream.pages_applied,
        stream.pages_profiled,
        HumanBytes(stream.bytes),
        if stream.state == "failed" { ", FAILED" } else { "" }
    ));
}

fn line(run: &Run) -> String {
    let sum = |get: fn(&StreamRun) -> u64| run.streams.iter().map(get).sum::<u64>();
    format!(
        "{}: {} records landed in {} pages, {} pages applied, {} profiled, {}",
        run.state,
        sum(|s| s.records),
        sum(|s| s.pages),
        sum(|s| s.pages_applied),
        sum(|s| s.pages_profiled),
        HumanBytes(sum(|s| s.bytes))
    )
}
