//! What measuring a run needs of memory: it does not grow with the past of a stream's columns.

#![expect(clippy::unwrap_used, reason = "a test stops on a broken script")]

#[path = "engine/support/mod.rs"]
#[expect(dead_code, reason = "the engine's other tests use the rest of it")]
mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use forebay_model::anomaly::{Point, SeriesKey};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::rule::{Expectation, Rule, RuleId, Severity};
use forebay_model::{Instant, RunId};
use forebay_ports::repository::{Edit, RuleCaps};
use forebay_ports::{Clock, SourceError, SourcePage};
use peak_alloc::PeakAlloc;

use support::{Bench, ScriptedSource, end, more, stream};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const COLUMNS: usize = 150;
const RECORDS: usize = 300;
const RUNS: i64 = 250;
/// What a run of so many columns may take beyond what is there before. Their past alone is 150,000 points, 70 MB
/// as rows.
const MOST_BYTES: usize = 24 << 20;

fn page() -> Bytes {
    let record = |n: usize| {
        let values: Vec<String> =
            (0..COLUMNS).map(|c| format!(r#""c{c}":"value {} of {c}""#, n * (c + 1) % 97)).collect();
        format!(r#"{{"id":{n},{}}}"#, values.join(","))
    };
    let records: Vec<String> = (0..RECORDS).map(record).collect();
    Bytes::from(format!(r#"{{"items":[{}]}}"#, records.join(",")))
}

/// A stream whose last page, which is empty, comes with the second firing only: by then the others are profiled.
fn source() -> ScriptedSource {
    let names: Vec<String> = (0..COLUMNS).map(|c| format!("c{c}")).collect();
    let columns: Vec<&str> = std::iter::once("id").chain(names.iter().map(String::as_str)).collect();
    let source = ScriptedSource::default().stream("item", &columns);
    let body = page();
    let records = u32::try_from(RECORDS).unwrap();
    source.answer("item", "", move || {
        Ok(SourcePage { body: body.clone(), records, replaces: vec![], next: more("1") })
    });
    let late = AtomicBool::new(false);
    source.answer("item", "1", move || match late.fetch_xor(true, Ordering::SeqCst) {
        false => Err(SourceError::Throttled { detail: "later".into(), retry_after: None }),
        true => {
            Ok(SourcePage { body: r#"{"items":[]}"#.into(), records: 0, replaces: vec![], next: end("") })
        }
    });
    source
}

async fn demand(bench: &Bench) {
    let column = || "c1".to_owned();
    let mut all: Vec<Expectation> = (0..20)
        .map(|n| Expectation::OneOf { column: format!("c{n}"), values: vec!["none".into()] })
        .collect();
    all.push(Expectation::Unique { columns: vec![column()] });
    all.push(Expectation::ForeignKey { column: column(), references: stream("item"), key: "c2".into() });
    for (n, expectation) in all.into_iter().enumerate() {
        let rule = Rule {
            id: RuleId::new(format!("rule-{n}")),
            source: bench.source.id.clone(),
            stream: stream("item"),
            description: String::new(),
            severity: Severity::Info,
            expectation,
            tolerated_share: 0.0,
        };
        let edit = Edit { expected: 0, author: "ann", at: Instant::EPOCH };
        bench.repository.put_rule(&bench.source.tenant, &rule, edit, RuleCaps::default()).await.unwrap();
    }
}

/// Reads a run and profiles its records. Its end is still to be measured.
async fn run_unmeasured(bench: &Bench, source: &ScriptedSource, seen: &mut (usize, usize)) {
    bench.extract(source).await.unwrap();
    let pages = bench.inbound(RAW_HUB);
    bench.engine.transform(&pages[seen.0..]).await.unwrap();
    let records = bench.inbound(RECORDS_HUB);
    bench.engine.profile(&records[seen.1..]).await.unwrap();
    *seen = (pages.len(), records.len());
    bench.extract(source).await.unwrap();
}

async fn past(bench: &Bench, keys: &[SeriesKey]) {
    let now = bench.clock.now();
    for n in 0..RUNS {
        let at = now.plus_seconds((n - RUNS) * 3_600);
        let value = 0.5 + (n % 7) as f64 / 100.0;
        let points: Vec<_> = keys.iter().map(|key| (key.clone(), Point { at, value })).collect();
        let run = RunId::new(format!("00000000-0000-7000-8000-{n:012}")).unwrap();
        bench.repository.append_points(&bench.source.tenant, &run, &points).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn measuring_takes_no_more_however_long_the_past_of_many_columns_is() {
    let (bench, source) = (Bench::new().await, source());
    let (tenant, of) = (&bench.source.tenant, &bench.source.id);
    demand(&bench).await;
    let mut seen = (0, 0);
    run_unmeasured(&bench, &source, &mut seen).await;
    assert_eq!(bench.engine.measure(tenant, of).await.unwrap().parts, 1);
    let keys = bench.repository.series_keys(tenant, of, &stream("item")).await.unwrap();
    assert!(keys.len() > COLUMNS * 3, "{}", keys.len());
    past(&bench, &keys).await;
    bench.clock.pass_hours(1);
    run_unmeasured(&bench, &source, &mut seen).await;

    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    assert_eq!(bench.engine.measure(tenant, of).await.unwrap().parts, 1);
    let needed = MEMORY.peak_usage().saturating_sub(before);
    println!("measuring {} series with {RUNS} points each took {} KiB", keys.len(), needed >> 10);
    assert!(needed < MOST_BYTES, "{} KiB", needed >> 10);
}
