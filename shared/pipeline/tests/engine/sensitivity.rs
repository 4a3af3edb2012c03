//! What the installation aims at decides what is unusual.

use std::sync::Arc;

use forebay_model::anomaly::{Anomaly, Metric, Point, SeriesKey};
use forebay_model::{Instant, RunId};
use forebay_pipeline::{FalseAlarmRate, Sensitivity};
use forebay_ports::Clock;
use forebay_ports::repository::{AnomalyFilter, Slice};

use crate::support::{Bench, ScriptedSource, end, stream};

/// Sixty days of 15 to 25 records, most of them near 20.
async fn past(bench: &Bench) {
    let key = SeriesKey {
        source: bench.source.id.clone(),
        stream: stream("item"),
        column: None,
        metric: Metric::Volume,
    };
    for n in 0..60_i64 {
        let at = bench.clock.now().plus_seconds((n - 60) * 86_400);
        let noise = (n * 37 % 11 - 5) as f64 / 2.0 + (n * 53 % 11 - 5) as f64 / 2.0;
        let point = Point { at, value: 20.0 + noise.round() };
        let run = RunId::new(format!("00000000-0000-7000-8000-{n:012}")).unwrap();
        bench.repository.append_points(&bench.source.tenant, &run, &[(key.clone(), point)]).await.unwrap();
    }
}

/// What is unusual about the number of records of a run with so many of them.
async fn unusual(rate: Option<f64>, records: usize) -> Vec<Anomaly> {
    let mut bench = Bench::new().await;
    if let Some(rate) = rate {
        let rate = FalseAlarmRate::new(rate).unwrap();
        Arc::get_mut(&mut bench.engine).unwrap().sensitivity = Sensitivity { rate, ..Sensitivity::default() };
    }
    past(&bench).await;
    let items: Vec<String> = (0..records).map(|n| format!(r#"{{"id":{n}}}"#)).collect();
    let source = ScriptedSource::default().stream("item", &["id"]);
    source.page("item", "", format!("[{}]", items.join(",")).leak(), end(""));
    bench.extract(&source).await.unwrap();
    bench.settle().await;
    let filter = AnomalyFilter { metric: Some(Metric::Volume), ..AnomalyFilter::default() };
    let slice = Slice { after: None, limit: 10 };
    bench.repository.anomalies(&bench.source.tenant, &filter, slice).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_records_that_is_usual_at_one_in_a_thousand_is_not_where_one_in_twenty_may_be_an_alarm() {
    assert_eq!(unusual(None, 28).await, []);
    assert_eq!(unusual(Some(0.001), 28).await, []);
    let found = unusual(Some(0.05), 28).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].observed, 28.0);
    assert!(found[0].expected.high < 28.0, "{found:?}");
    assert_eq!(unusual(Some(0.05), 20).await, [], "what is in the middle is usual at any rate");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_rate_than_the_default_is_milder() {
    assert_eq!(unusual(None, 400).await.len(), 1);
    let strict = unusual(Some(0.001), 400).await.remove(0);
    let mild = unusual(Some(0.000_01), 400).await.remove(0);
    assert!(mild.expected.high > strict.expected.high, "{mild:?} {strict:?}");
    assert!(mild.at > Instant::EPOCH);
}
