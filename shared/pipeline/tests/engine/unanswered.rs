//! Rules that the tables do not answer in time: what was known of them stands.

use std::sync::Arc;
use std::time::Duration;

use forebay_model::Run;
use forebay_model::alert::AlertState;
use forebay_model::anomaly::{Metric, SeriesKey};
use forebay_model::rule::Expectation;
use forebay_ports::repository::{AlertFilter, Slice};

use crate::quality::demand;
use crate::support::{Bench, ScriptedSource, end, stream};

const TWICE: &str = r#"[{"id":1,"name":"red"},{"id":2,"name":"red"},{"id":3,"name":"green"}]"#;
const ANOTHER: &str = r#"[{"id":4,"name":"blue"}]"#;
const MENDED: &str = r#"[{"id":2,"name":"pink"}]"#;

fn brings(items: &'static str) -> ScriptedSource {
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", items, end(""));
    source
}

/// How long the tables may be asked; the clock ticks a second at every look.
fn let_ask(bench: &mut Bench, seconds: u64) {
    Arc::get_mut(&mut bench.engine).unwrap().asking_tables = Duration::from_secs(seconds);
}

async fn states(bench: &Bench) -> Vec<AlertState> {
    let slice = Slice { after: None, limit: 9 };
    let found = bench.repository.alerts(&bench.source.tenant, &AlertFilter::default(), slice).await.unwrap();
    found.into_iter().map(|stored| stored.alert.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_duplicates_stays_until_the_tables_say_that_there_are_none() {
    let mut bench = Bench::new().await;
    demand(&bench, "once", Expectation::Unique { columns: vec!["name".into()] }, 0).await;
    bench.extract(&brings(TWICE)).await.unwrap();
    bench.settle().await;
    assert_eq!(states(&bench).await, [AlertState::Open]);
    let_ask(&mut bench, 0);
    let run = bench.extract(&brings(ANOTHER)).await.unwrap();
    bench.settle().await;
    let found = bench.repository.outcomes_of_run(&bench.source.tenant, &run.id, None).await.unwrap();
    let outcome = &found[0].outcome;
    assert_eq!((outcome.checked, outcome.violations, outcome.failure.is_some()), (1, 0, true));
    assert_eq!(states(&bench).await, [AlertState::Open], "nobody looked at the table");
    let key = SeriesKey {
        source: bench.source.id.clone(),
        stream: stream("item"),
        column: Some("once".into()),
        metric: Metric::RuleViolations,
    };
    let since = forebay_model::Instant::EPOCH;
    let points = bench.repository.series(&bench.source.tenant, &key, since, 9).await.unwrap();
    assert_eq!(points.len(), 1, "what nobody counted is no point");
    let_ask(&mut bench, 30);
    bench.extract(&brings(MENDED)).await.unwrap();
    bench.settle().await;
    assert_eq!(states(&bench).await, [AlertState::Resolved]);
}

/// As a late page does.
async fn profile_rises(bench: &Bench, run: &Run) {
    let (tenant, item) = (&bench.source.tenant, stream("item"));
    let (revision, states) = bench.repository.run_profiles(tenant, &run.id, &item).await.unwrap();
    bench.repository.save_profiles(tenant, &run.id, &item, revision, &states, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_measured_again_asks_what_is_not_answered_and_keeps_what_is() {
    let mut bench = Bench::new().await;
    let_ask(&mut bench, 3);
    for id in ["a", "b", "c", "d", "e"] {
        let (column, key) = ("id".to_owned(), "id".to_owned());
        demand(&bench, id, Expectation::ForeignKey { column, references: stream("item"), key }, 0).await;
    }
    let run = bench.extract(&brings(TWICE)).await.unwrap();
    bench.settle().await;
    let mut answered = Vec::new();
    for _ in 0..4 {
        let found = bench.repository.outcomes_of_run(&bench.source.tenant, &run.id, None).await.unwrap();
        let known = found.iter().filter(|s| s.outcome.failure.is_none() && s.outcome.checked == 3);
        answered.push(known.map(|stored| stored.outcome.rule.as_str()).collect::<String>());
        profile_rises(&bench, &run).await;
        bench.engine.measure(&bench.source.tenant, &bench.source.id).await.unwrap();
    }
    assert_eq!(answered, ["ab", "abcd", "abcde", "abcde"]);
}
