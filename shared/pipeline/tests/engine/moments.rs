//! Times in what is read, against the moment at which it was read.

use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::{Instant, RunId};
use forebay_ports::Clock;
use forebay_ports::repository::{AnomalyFilter, Slice};

use crate::support::{Bench, ScriptedSource, end, more, stream};

#[tokio::test(flavor = "multi_thread")]
async fn values_later_than_their_page_was_observed_are_counted_as_future_whatever_the_clock_says() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "due", "name"]);
    // The source says that it is November 2023, the clock that it is 2027.
    let first = r#"[{"id":1,"due":"2021-05-14","name":"red"},{"id":2,"due":"2099-12-31","name":"green"},
        {"id":3,"due":"2023-02-28","name":"red"}]"#;
    let second = r#"[{"id":4,"due":"2025-07-19","name":"red"},{"id":5,"due":"2022-08-23","name":"red"}]"#;
    source.page("item", "", first, more("2"));
    source.page("item", "2", second, end(""));
    let run = bench.extract(&source).await.unwrap();
    bench.settle().await;
    let times = bench.profiled(&run, "item", "due").await.unwrap().times.unwrap();
    assert_eq!((times.count, times.future), (5, Some(2)));
    bench.settle().await;
    let again = bench.profiled(&run, "item", "due").await.unwrap().times.unwrap();
    assert_eq!(again, times, "events that come again change nothing");
}

const DAY: f64 = 86_400.0;

fn freshness(bench: &Bench) -> SeriesKey {
    let (source, stream) = (bench.source.id.clone(), stream("item"));
    SeriesKey { source, stream, column: None, metric: Metric::Freshness }
}

/// The points of freshness, in seconds, oldest first.
async fn ages(bench: &Bench) -> Vec<f64> {
    let (tenant, key) = (&bench.source.tenant, freshness(bench));
    let found = bench.repository.series(tenant, &key, Instant::MIN, 1_000).await.unwrap();
    found.into_iter().map(|stored| stored.point.value).collect()
}

async fn run_a_day_later(bench: &Bench, source: &ScriptedSource) {
    bench.clock.pass_hours(24);
    bench.extract(source).await.unwrap();
    bench.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_whose_changes_stop_grows_older_with_every_run_and_is_noticed() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "changed"]);
    source.page("item", "", "[]", end(""));
    run_a_day_later(&bench, &source).await;
    assert!(ages(&bench).await.is_empty(), "of what never changed nobody knows how old it is");
    for run in 0..30 {
        // The newest change is from one to two hours before the run.
        let changed = bench.clock.now().plus_seconds(23 * 3_600 - run * 7_919 % 3_600);
        let page = format!(r#"[{{"id":{run},"changed":"{changed}"}}]"#);
        source.page("item", "", page.leak(), end(""));
        run_a_day_later(&bench, &source).await;
    }
    let fresh = ages(&bench).await;
    assert!(fresh.len() == 30 && fresh.iter().all(|age| (3_600.0..7_300.0).contains(age)), "{fresh:?}");
    source.page("item", "", "[]", end(""));
    for _ in 0..5 {
        run_a_day_later(&bench, &source).await;
    }
    let all = ages(&bench).await;
    let grown: Vec<f64> = all[29..].windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(grown.len(), 5, "{all:?}");
    assert!(grown.iter().all(|more| (DAY..DAY + 600.0).contains(more)), "{grown:?}");
    let filter = AnomalyFilter { metric: Some(Metric::Freshness), ..AnomalyFilter::default() };
    let slice = Slice { after: None, limit: 100 };
    let found = bench.repository.anomalies(&bench.source.tenant, &filter, slice).await.unwrap();
    assert!(found.iter().any(|anomaly| anomaly.observed == all[30]), "{found:?}");

    // Changes come again: the age is that of the newest one.
    let changed = bench.clock.now().plus_seconds(22 * 3_600);
    source.page("item", "", format!(r#"[{{"id":99,"changed":"{changed}"}}]"#).leak(), end(""));
    run_a_day_later(&bench, &source).await;
    assert!(ages(&bench).await.last().is_some_and(|age| *age < 7_300.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_told_by_their_day_are_as_old_as_its_first_moment() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "changed"]);
    for days_ago in [0, 1, 3] {
        let run_at = bench.clock.now().plus_seconds(24 * 3_600);
        let changed = run_at.plus_seconds(-days_ago * 86_400).to_string()[..10].to_owned();
        source.page("item", "", format!(r#"[{{"id":1,"changed":"{changed}"}}]"#).leak(), end(""));
        run_a_day_later(&bench, &source).await;
    }
    let ages = ages(&bench).await;
    let days: Vec<f64> = ages.iter().map(|age| (age / DAY).floor()).collect();
    assert_eq!(days, [0.0, 1.0, 3.0], "{ages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_read_every_few_minutes_is_judged_all_the_same() {
    let bench = Bench::new().await;
    let (tenant, item) = (&bench.source.tenant, stream("item"));
    let key =
        SeriesKey { source: bench.source.id.clone(), stream: item, column: None, metric: Metric::Volume };
    let now = bench.clock.now();
    // More than are read, and those that are read are of less than a fortnight.
    for n in 1..=2_100_i64 {
        let point = Point { at: now.plus_seconds(-600 * n), value: (500 + n * 7_919 % 23) as f64 };
        let run = RunId::new(format!("run-{:05}", 9_999 - n)).unwrap();
        bench.repository.append_points(tenant, &run, &[(key.clone(), point)]).await.unwrap();
    }
    let source = ScriptedSource::default().stream("item", &["id"]);
    source.page("item", "", r#"[{"id":1},{"id":2}]"#, end(""));
    bench.extract(&source).await.unwrap();
    bench.settle().await;
    let filter = AnomalyFilter { metric: Some(Metric::Volume), ..AnomalyFilter::default() };
    let found = bench.repository.anomalies(tenant, &filter, Slice { after: None, limit: 10 }).await.unwrap();
    assert_eq!(found.iter().map(|anomaly| anomaly.observed).collect::<Vec<_>>(), [2.0]);
}
