//! What folding costs: ten times the findings take about ten times as long.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use forebay_anomalies::alerts::{Round, anomaly_id, fold};
use forebay_model::anomaly::{Anomaly, Expected, Metric, Point, SeriesKey, Unusual};
use forebay_model::{Instant, RunId, SourceId, StreamName};

fn anomaly(source: &SourceId, stream: &StreamName, run: &RunId, column: usize) -> Anomaly {
    let column = Some(format!("column_{column}"));
    let (source, stream) = (source.clone(), stream.clone());
    let series = SeriesKey { source, stream, column, metric: Metric::NullShare };
    let at = Instant::EPOCH;
    Anomaly {
        id: anomaly_id(&series, Point { at, value: 0.5 }),
        series,
        run: run.clone(),
        at,
        observed: 0.5,
        expected: Expected { value: 0.1, low: 0.05, high: 0.2 },
        finding: Unusual { deviations: 9.0, chance: 1e-6, since: at, explanation: "Half are null.".into() },
        false_alarm: false,
    }
}

fn findings(c: &mut Criterion) {
    let (Ok(source), Ok(stream), Ok(run)) =
        (SourceId::new("crm"), StreamName::new("customer"), RunId::new("r1"))
    else {
        return;
    };
    for many in [1_000, 10_000, 100_000] {
        let anomalies: Vec<Anomaly> = (0..many).map(|n| anomaly(&source, &stream, &run, n)).collect();
        let round = Round {
            source: &source,
            stream: Some(&stream),
            run: &run,
            revision: 1,
            anomalies: &anomalies,
            unjudged: &[],
            rules: &[],
            failure: None,
        };
        c.bench_function(&format!("fold {many} findings"), |b| {
            b.iter(|| fold(&[], &[], black_box(&round), Instant::EPOCH));
        });
    }
}

criterion_group!(benches, findings);
criterion_main!(benches);
