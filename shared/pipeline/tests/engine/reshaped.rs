//! Columns that come, go and change between runs, also where a run between brought nothing.

use forebay_model::alert::CauseKind;
use forebay_model::anomaly::{Metric, SeriesKey};
use forebay_model::page::ChildSet;
use forebay_model::{Instant, RecordKey};
use forebay_ports::SourcePage;
use forebay_ports::repository::{AlertFilter, Slice};

use crate::support::{Bench, ScriptedSource, end, stream};

/// Thirty records, each with the field and a value that differs by record.
fn page(field: &str, value: impl Fn(usize) -> String) -> &'static str {
    let records: Vec<String> =
        (0..30).map(|n| format!(r#"{{"id":{n},"due":"{}","{field}":"text {n}"}}"#, value(n))).collect();
    format!("[{}]", records.join(",")).leak()
}

const FORMER: [&str; 3] = ["id", "due", "fax"];
const LATER: [&str; 3] = ["id", "due", "mobile"];

/// A bench whose stream was read every day for a month and never changed, and the source.
async fn steady() -> (Bench, ScriptedSource) {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &FORMER);
    source.page("item", "", page("fax", |n| format!("2021-05-{:02}", n + 1)), end(""));
    for _ in 0..30 {
        run(&bench, &source).await;
    }
    (bench, source)
}

async fn run(bench: &Bench, source: &ScriptedSource) {
    bench.clock.pass_hours(24);
    bench.extract(source).await.unwrap();
    bench.settle().await;
}

fn reshape(source: &ScriptedSource) {
    source.set_columns("item", &LATER);
    source.page("item", "", page("mobile", |n| format!("in {n} days or so")), end(""));
}

/// What the alert on the stream's columns says, if there is one.
async fn told(bench: &Bench) -> Option<String> {
    let slice = Slice { after: None, limit: 100 };
    let alerts = bench.repository.alerts(&bench.source.tenant, &AlertFilter::default(), slice).await.unwrap();
    let found = alerts.iter().find(|stored| stored.alert.cause.kind == CauseKind::Schema)?;
    Some(found.alert.findings[0].explanation.clone())
}

fn assert_named(text: &str) {
    assert!(text.starts_with("3 columns of `item` appeared, vanished or changed type"), "{text}");
    let named = "Since the last run with records: `due` turned from date into text, `fax` vanished, `mobile` appeared.";
    assert!(text.ends_with(named), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_on_changed_columns_names_them_and_says_what_happened_to_each() {
    let (bench, source) = steady().await;
    assert_eq!(told(&bench).await, None);
    reshape(&source);
    run(&bench, &source).await;
    assert_named(&told(&bench).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_page_hides_no_change() {
    let (bench, source) = steady().await;
    source.page("item", "", "[]", end(""));
    run(&bench, &source).await;
    reshape(&source);
    run(&bench, &source).await;
    assert_named(&told(&bench).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_whose_pages_hold_no_record_that_can_be_read_hide_no_change() {
    let (bench, source) = steady().await;
    for _ in 0..8 {
        // No record has the key.
        source.page("item", "", r#"[{"due":"2021-05-01","fax":"text"}]"#, end(""));
        run(&bench, &source).await;
        // Only a parent whose children are gone.
        let body = bytes::Bytes::from_static(b"{\"items\":[]}");
        let parent = ChildSet { parent: RecordKey::from_text("7"), modified: Instant::EPOCH };
        source.answer("item", "", move || {
            Ok(SourcePage { body: body.clone(), records: 0, replaces: vec![parent.clone()], next: end("") })
        });
        run(&bench, &source).await;
    }
    reshape(&source);
    run(&bench, &source).await;
    assert_named(&told(&bench).await.unwrap());
    let shift = SeriesKey {
        source: bench.source.id.clone(),
        stream: stream("item"),
        column: Some("id".into()),
        metric: Metric::DistributionShift,
    };
    let points = bench.repository.series(&bench.source.tenant, &shift, Instant::MIN, 100).await.unwrap();
    assert_eq!(points.len(), 30, "every run with records was compared with one, but for the first");
}
