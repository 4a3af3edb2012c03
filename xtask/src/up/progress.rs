//! Follows runs: a bar per source and a line per stream as it ends, or a line now and then where there is no
//! terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use indicatif::{HumanBytes, HumanCount, MultiProgress, ProgressBar, ProgressStyle};
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

impl StreamRun {
    fn is_over(&self) -> bool {
        ["ended", "skipped", "failed"].contains(&self.state.as_str())
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    pub id: String,
    pub source: String,
    pub state: String,
    /// Nothing of the run is under way any more.
    pub settled: bool,
    pub streams: Vec<StreamRun>,
}

impl Run {
    fn sum(&self, get: fn(&StreamRun) -> u64) -> u64 {
        self.streams.iter().map(get).sum()
    }

    fn streams_over(&self) -> usize {
        self.streams.iter().filter(|stream| stream.is_over()).count()
    }
}

/// A source whose run is awaited. The first run that is seen is the one: its timer may fire again meanwhile.
pub struct Awaited {
    source: String,
    /// The newest run when the source was fired, if that had ended then.
    before: Option<String>,
    run: Option<Run>,
}

impl Awaited {
    /// To be made before the source is fired. A run that is still open goes on.
    pub fn new(client: &Client, source: &str) -> Result<Self> {
        let newest = client.newest_run(source)?;
        let before = newest.filter(|(_, open)| !open).map(|(id, _)| id);
        Ok(Self { source: source.to_owned(), before, run: None })
    }

    fn look(&mut self, client: &Client) -> Result<()> {
        let id = match &self.run {
            Some(run) if run.settled => return Ok(()),
            Some(run) => run.id.clone(),
            None => match client.newest_run(&self.source)? {
                Some((newest, _)) if self.before.as_ref() != Some(&newest) => newest,
                _ => return Ok(()),
            },
        };
        self.run = Some(client.get(&format!("/api/v1/runs/{id}"))?);
        Ok(())
    }
}

const POLL: Duration = Duration::from_millis(150);
/// Without any page moving for this long, something is wrong.
const PATIENCE: Duration = Duration::from_secs(180);

/// Follows the runs that were fired until all are settled; `None` after Ctrl-C.
pub fn follow(
    client: &Client,
    mut awaited: Vec<Awaited>,
    stopped: &AtomicBool,
    check_alive: impl Fn() -> Result<()>,
) -> Result<Option<Vec<Run>>> {
    let mut view = View::new();
    let mut last = (0, Instant::now());
    loop {
        if stopped.load(Ordering::SeqCst) {
            return Ok(None);
        }
        check_alive()?;
        awaited.iter_mut().try_for_each(|each| each.look(client))?;
        let runs: Vec<&Run> = awaited.iter().filter_map(|each| each.run.as_ref()).collect();
        view.show(&runs);
        if runs.len() == awaited.len() && runs.iter().all(|run| run.settled) {
            view.finish();
            return Ok(Some(runs.into_iter().cloned().collect()));
        }
        let moved = runs.iter().map(|run| run.sum(|s| s.pages + s.pages_applied + s.pages_profiled)).sum();
        if moved != last.0 {
            last = (moved, Instant::now());
        }
        if last.1.elapsed() > PATIENCE {
            bail!("nothing has moved for {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(POLL);
    }
}

enum View {
    Bars { all: MultiProgress, by_source: BTreeMap<String, ProgressBar>, told: BTreeSet<String> },
    Lines(Instant),
}

impl View {
    fn new() -> Self {
        if std::io::stderr().is_terminal() {
            View::Bars { all: MultiProgress::new(), by_source: BTreeMap::new(), told: BTreeSet::new() }
        } else {
            View::Lines(Instant::now())
        }
    }

    fn show(&mut self, runs: &[&Run]) {
        match self {
            View::Bars { all, by_source, told } => {
                for run in runs {
                    let bar =
                        by_source.entry(run.source.clone()).or_insert_with(|| all.add(bar(&run.source)));
                    for stream in run.streams.iter().filter(|stream| stream.is_over()) {
                        if told.insert(format!("{} {}", run.source, stream.stream)) {
                            let _ = all.println(ended(&run.source, stream));
                        }
                    }
                    update(bar, run);
                }
            }
            View::Lines(last) if last.elapsed() > Duration::from_secs(2) => {
                *last = Instant::now();
                runs.iter().for_each(|run| eprintln!("    {}", line(run)));
            }
            View::Lines(_) => {}
        }
    }

    fn finish(&self) {
        if let View::Bars { by_source, .. } = self {
            by_source.values().for_each(ProgressBar::abandon);
        }
    }
}

fn bar(source: &str) -> ProgressBar {
    let template = "  {prefix:12} {bar:24} {pos:>9} read {per_sec:>14} {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(1).with_style(style).with_prefix(source.to_owned())
}

/// The length is what the source counted, where it did; until then what has landed so far.
fn update(bar: &ProgressBar, run: &Run) {
    bar.set_length(run.sum(|s| s.expected.unwrap_or(0).max(s.records)).max(1));
    bar.set_position(run.sum(|s| s.read));
    bar.set_message(format!(
        "{} of {} streams, {} pages landed, {} applied, {} profiled, {}",
        run.streams_over(),
        run.streams.len(),
        run.sum(|s| s.pages),
        run.sum(|s| s.pages_applied),
        run.sum(|s| s.pages_profiled),
        HumanBytes(run.sum(|s| s.bytes)),
    ));
}

/// A stream of which nothing more is read.
fn ended(source: &str, stream: &StreamRun) -> String {
    let what = match stream.state.as_str() {
        "failed" => "FAILED".to_owned(),
        "skipped" => "not in this account".to_owned(),
        _ => format!("{} records in {} pages", HumanCount(stream.records), stream.pages),
    };
    format!("  {source:12} {:30} {what}", stream.stream)
}

fn line(run: &Run) -> String {
    format!(
        "{} {}: {} of {} streams, {} records landed in {} pages, {} pages applied, {} profiled, {}",
        run.source,
        run.state,
        run.streams_over(),
        run.streams.len(),
        run.sum(|s| s.records),
        run.sum(|s| s.pages),
        run.sum(|s| s.pages_applied),
        run.sum(|s| s.pages_profiled),
        HumanBytes(run.sum(|s| s.bytes))
    )
}
