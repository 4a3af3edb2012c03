//! Times that people excluded: shown, not judged, not learned from, whenever they were marked.

use forebay_model::alert::{AlertState, CauseKind};
use forebay_model::anomaly::{Anomaly, Metric, SeriesKey};
use forebay_model::exclusion::Exclusion;
use forebay_model::rule::Expectation;
use forebay_model::{Instant, Run};
use forebay_ports::repository::{AlertFilter, AnomalyFilter, Slice, StoredAlert};

use crate::quality::demand;
use crate::support::{Bench, ScriptedSource, end, stream};

/// So many records, all alike from run to run.
fn page(records: usize) -> &'static str {
    let records: Vec<String> =
        (0..records).map(|n| format!(r#"{{"id":{n},"name":"name {}"}}"#, n % 7)).collect();
    format!("[{}]", records.join(",")).leak()
}

/// A source that is read once a day.
struct Daily {
    bench: Bench,
    source: ScriptedSource,
}

impl Daily {
    async fn new() -> Self {
        let source = ScriptedSource::default().stream("item", &["id", "name"]);
        Self { bench: Bench::new().await, source }
    }

    async fn run(&self, records: usize) -> Run {
        self.source.page("item", "", page(records), end(""));
        self.bench.clock.pass_hours(24);
        let run = self.bench.extract(&self.source).await.unwrap();
        self.bench.settle().await;
        run
    }

    /// As many days on which 40 records or so come.
    async fn usual(&self, days: usize) {
        for day in 0..days {
            self.run(40 + day * 3 % 5).await;
        }
    }

    /// Excludes the hours around when the run began, for the source alone or for another.
    async fn exclude(&self, id: &str, source: &str, started: Instant, days: i64) {
        let exclusion = Exclusion {
            id: id.into(),
            source: Some(forebay_model::SourceId::new(source).unwrap()),
            stream: None,
            from: started.plus_seconds(-3_600),
            until: started.plus_seconds(-3_600 + days * 86_400),
            reason: "the office is closed".into(),
            author: "ann".into(),
            created: started,
        };
        self.bench.repository.put_exclusion(&self.bench.source.tenant, &exclusion).await.unwrap();
    }

    /// When the next run will begin, but for seconds.
    fn tomorrow(&self) -> Instant {
        use forebay_ports::Clock;
        self.bench.clock.now().plus_seconds(86_400)
    }

    /// What was unusual of the volume, in order of time.
    async fn unusual(&self) -> Vec<Anomaly> {
        let filter = AnomalyFilter { metric: Some(Metric::Volume), ..AnomalyFilter::default() };
        let slice = Slice { after: None, limit: 100 };
        let mut found =
            self.bench.repository.anomalies(&self.bench.source.tenant, &filter, slice).await.unwrap();
        found.sort_by_key(|anomaly| anomaly.at);
        found
    }

    async fn alert(&self, kind: CauseKind) -> Option<StoredAlert> {
        let filter = AlertFilter { kind: Some(kind), ..AlertFilter::default() };
        let slice = Slice { after: None, limit: 100 };
        let found = self.bench.repository.alerts(&self.bench.source.tenant, &filter, slice).await.unwrap();
        found.into_iter().next()
    }

    async fn volumes(&self) -> usize {
        let volume = SeriesKey {
            source: self.bench.source.id.clone(),
            stream: stream("item"),
            column: None,
            metric: Metric::Volume,
        };
        let tenant = &self.bench.source.tenant;
        self.bench.repository.series(tenant, &volume, Instant::MIN, 1_000).await.unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_in_an_excluded_time_is_measured_and_never_unusual() {
    let daily = Daily::new().await;
    daily.usual(30).await;
    daily.exclude("elsewhere", "crm", daily.tomorrow(), 1).await;
    let first = daily.run(4).await;
    assert_eq!(daily.unusual().await.len(), 1, "what is excluded of another source excludes nothing here");
    daily.usual(1).await;
    daily.exclude("holiday", "books", daily.tomorrow(), 1).await;
    let volumes = daily.volumes().await;
    daily.run(4).await;
    let found = daily.unusual().await;
    assert_eq!(found.iter().map(|anomaly| &anomaly.run).collect::<Vec<_>>(), [&first.id]);
    assert_eq!(daily.volumes().await, volumes + 1, "it is measured all the same");
    daily.run(4).await;
    assert_eq!(daily.unusual().await.len(), 2, "the day after is judged again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_excluded_afterwards_is_learned_from_no_longer() {
    let mut judged = Vec::new();
    for excluded in [false, true] {
        let daily = Daily::new().await;
        daily.usual(30).await;
        // Long enough to be taken for the new level.
        let first = daily.run(400).await;
        for _ in 1..12 {
            daily.run(400).await;
        }
        if excluded {
            daily.exclude("stocktaking", "books", first.started, 12).await;
        }
        let before = daily.unusual().await.len();
        assert!(before > 0, "what was told stays on record");
        let back = daily.run(42).await;
        let found = daily.unusual().await;
        judged.push(found.iter().any(|anomaly| anomaly.run == back.id));
        assert_eq!(found.len(), before + usize::from(!excluded), "the past is not judged anew");
    }
    assert_eq!(judged, [true, false], "once the twelve days are excluded, 40 are usual");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_compared_with_none_of_an_excluded_time() {
    for excluded in [false, true] {
        let daily = Daily::new().await;
        daily.usual(30).await;
        if excluded {
            daily.exclude("stocktaking", "books", daily.tomorrow(), 2).await;
        }
        daily.source.set_columns("item", &["id", "name", "counted"]);
        let counted: Vec<String> =
            (0..40).map(|n| format!(r#"{{"id":{n},"name":"name {}","counted":"yes"}}"#, n % 7)).collect();
        let counted: &str = format!("[{}]", counted.join(",")).leak();
        for _ in 0..2 {
            daily.source.page("item", "", counted, end(""));
            daily.bench.clock.pass_hours(24);
            daily.bench.extract(&daily.source).await.unwrap();
            daily.bench.settle().await;
        }
        daily.source.set_columns("item", &["id", "name"]);
        daily.run(40).await;
        assert_eq!(daily.alert(CauseKind::Schema).await.is_none(), excluded, "a column for stocktaking only");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excluded_time_resolves_no_alert_on_figures_and_rules_hold_in_it() {
    let daily = Daily::new().await;
    daily.usual(30).await;
    daily.run(4).await;
    let open = daily.alert(CauseKind::Flow).await.unwrap();
    assert_eq!(open.alert.state, AlertState::Open);
    let values = vec!["none".to_owned()];
    demand(&daily.bench, "named", Expectation::OneOf { column: "name".into(), values }, 0).await;
    daily.exclude("holiday", "books", daily.tomorrow(), 1).await;
    let holiday = daily.run(41).await;
    assert_eq!(daily.alert(CauseKind::Flow).await.unwrap(), open, "nobody knows whether that is over");
    assert_eq!(daily.alert(CauseKind::Rules).await.unwrap().alert.run, holiday.id);
    daily.run(41).await;
    assert_eq!(daily.alert(CauseKind::Flow).await.unwrap().alert.state, AlertState::Resolved);
}
