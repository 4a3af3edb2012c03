//! Rules are observed with the profile, each page once, and come to an outcome when the stream's part of the run
//! is over.

use std::time::Duration;

use forebay_model::Instant;
use forebay_model::alert::{AlertChannel, CauseKind, ChannelKind};
use forebay_model::anomaly::Metric;
use forebay_model::rule::{Expectation, ReferenceList, Rule, RuleId, RuleOutcome, Severity};
use forebay_ports::repository::{AlertFilter, Edit, RuleCaps, Slice, StateKind, StoredOutcome};
use forebay_profiling::Relations;

use crate::support::{Bench, ScriptedSource, end, more, stream};

const FIRST: &str = r#"[{"id":1,"name":"red"},{"id":2,"name":"green"},{"id":3}]"#;
const SECOND: &str = r#"[{"id":4,"name":"red"},{"id":5,"name":"mauve"}]"#;

fn source() -> ScriptedSource {
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", FIRST, more("2"));
    source.page("item", "2", SECOND, end("done"));
    source
}

fn all() -> Slice {
    Slice { after: None, limit: 100 }
}

pub async fn demand(bench: &Bench, id: &str, expectation: Expectation, expected: u32) {
    let rule = Rule {
        id: RuleId::new(id),
        source: bench.source.id.clone(),
        stream: stream("item"),
        description: id.into(),
        severity: Severity::Warning,
        expectation,
        tolerated_share: 0.0,
    };
    let edit = Edit { expected, author: "ann", at: Instant::EPOCH };
    let caps = RuleCaps::default();
    bench.repository.put_rule(&bench.source.tenant, &rule, edit, caps).await.unwrap();
}

async fn demand_all(bench: &Bench) {
    let values = ["red", "green"].map(String::from).into();
    let list = ReferenceList { name: "colours".into(), values };
    let edit = Edit { expected: 0, author: "ann", at: Instant::EPOCH };
    bench.repository.put_list(&bench.source.tenant, &list, edit).await.unwrap();
    let name = || "name".to_owned();
    demand(bench, "colour", Expectation::Reference { column: name(), list: "colours".into() }, 0).await;
    demand(bench, "gone", Expectation::NotNull { column: "no_such_column".into() }, 0).await;
    demand(bench, "named", Expectation::NotNull { column: name() }, 0).await;
    demand(bench, "unique", Expectation::Unique { columns: vec![name()] }, 0).await;
    let (references, key) = (stream("nowhere"), "id".to_owned());
    demand(bench, "known", Expectation::ForeignKey { column: name(), references, key }, 0).await;
}

fn brief(outcomes: &[RuleOutcome]) -> Vec<(&str, u64, u64, bool)> {
    outcomes.iter().map(|o| (o.rule.as_str(), o.checked, o.violations, o.failure.is_some())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_counts_once_in_rules_and_relations_and_the_run_has_one_outcome_of_each_rule() {
    let (bench, source) = (Bench::new().await, source());
    demand_all(&bench).await;
    let run = bench.extract(&source).await.unwrap();
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    let measure = || bench.engine.measure(tenant, &bench.source.id);
    assert_eq!(measure().await.unwrap().parts, 0, "nothing is profiled");
    bench.settle().await;
    bench.settle().await;
    let (_, states) = repository.run_profiles(tenant, &run.id, &stream("item")).await.unwrap();
    let relations = states.iter().find(|s| s.kind == StateKind::Relations).unwrap();
    assert_eq!(Relations::from_bytes(&relations.state).unwrap().rows(), 5);

    let outcomes = async || {
        let found = repository.outcomes_of_run(tenant, &run.id, None).await.unwrap();
        found.into_iter().map(|stored| stored.outcome).collect::<Vec<_>>()
    };
    let found = outcomes().await;
    let expected = [
        ("colour", 4, 1, false),
        ("gone", 0, 0, true),
        ("known", 0, 0, true),
        ("named", 5, 1, false),
        ("unique", 4, 2, false),
    ];
    assert_eq!(brief(&found), expected);
    assert_eq!((found[0].examples.len(), found[0].examples[0].key.as_str()), (1, "5"));
    assert_eq!(measure().await.unwrap().parts, 0, "measured once");
    assert_eq!(outcomes().await, found);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_rule_that_changed_within_a_run_the_newest_version_stands() {
    let (bench, source) = (Bench::new().await, source());
    let colours = |values: &[&str]| Expectation::OneOf {
        column: "name".into(),
        values: values.iter().map(|v| (*v).to_owned()).collect(),
    };
    demand(&bench, "colour", colours(&["red"]), 0).await;
    let run = bench.extract(&source).await.unwrap();
    let hub = forebay_model::event::RECORDS_HUB;
    bench.engine.transform(&bench.inbound(forebay_model::event::RAW_HUB)).await.unwrap();
    bench.engine.profile(&bench.inbound(hub)[..1]).await.unwrap();
    demand(&bench, "colour", colours(&["mauve"]), 1).await;
    bench.settle().await;
    let found = bench.repository.outcomes_of_run(&bench.source.tenant, &run.id, None).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|stored| stored.outcome).collect();
    assert_eq!(brief(&found), [("colour", 2, 1, false)]);
    assert_eq!(found[0].version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_records_after_many_with_some_becomes_an_alert_and_one_delivery() {
    let bench = Bench::new().await;
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    let channel = AlertChannel {
        id: "team".into(),
        kind: ChannelKind::Teams,
        secret: "teams-address".into(),
        recipients: Vec::new(),
        least_severity: Severity::Info,
        cool_down_seconds: 3_600,
    };
    repository.put_channel(tenant, &channel).await.unwrap();
    let full = ScriptedSource::default().stream("item", &["id", "name"]);
    full.page("item", "", FIRST, end(""));
    for _ in 0..30 {
        bench.clock.pass_hours(24);
        bench.extract(&full).await.unwrap();
        bench.settle().await;
    }
    let found = async || repository.alerts(tenant, &AlertFilter::default(), all()).await.unwrap();
    assert_eq!(found().await, [], "thirty runs that are alike");
    let empty = ScriptedSource::default().stream("item", &["id", "name"]);
    empty.page("item", "", "[]", end(""));
    bench.clock.pass_hours(24);
    let run = bench.extract(&empty).await.unwrap();
    bench.settle().await;
    bench.engine.measure(tenant, &bench.source.id).await.unwrap();
    let alerts = found().await;
    let flow = alerts.iter().find(|stored| stored.alert.cause.kind == CauseKind::Flow).unwrap();
    assert_eq!((flow.alert.run.clone(), flow.alert.severity), (run.id.clone(), Severity::Critical));
    let anomaly = repository.anomaly(tenant, &flow.alert.findings[0].subject).await.unwrap().unwrap();
    assert_eq!((anomaly.series.metric, anomaly.observed), (Metric::Volume, 0.0));
    let deliveries = repository.deliveries(tenant, &flow.alert.id).await.unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].delivery.alert, flow.alert);
    bench.settle().await;
    assert_eq!(found().await, alerts, "what comes again changes nothing");
}

/// Two hundred records with the next ids; every second name is `other`.
fn names(run: usize, other: &str) -> String {
    let record = |n: usize| {
        let name = if n.is_multiple_of(2) { other } else { "red" };
        format!(r#"{{"id":{},"name":"{name}"}}"#, 1_000 * run + n)
    };
    format!("[{}]", (0..200).map(record).collect::<Vec<_>>().join(","))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_shift_is_an_alert_while_its_series_is_learned_and_the_next_ids_of_every_run_are_none() {
    let bench = Bench::new().await;
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    let found = async || repository.alerts(tenant, &AlertFilter::default(), all()).await.unwrap();
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    for run in 0..12 {
        source.page("item", "", &names(run, "green"), end(""));
        bench.clock.pass_hours(24);
        bench.extract(&source).await.unwrap();
        bench.settle().await;
    }
    bench.engine.measure(tenant, &bench.source.id).await.unwrap();
    assert_eq!(found().await, [], "runs that are alike but for their ids");
    source.page("item", "", &names(12, "mauve"), end(""));
    bench.clock.pass_hours(24);
    let run = bench.extract(&source).await.unwrap();
    bench.settle().await;
    bench.engine.measure(tenant, &bench.source.id).await.unwrap();
    let alerts = found().await;
    let [stored] = alerts.as_slice() else { panic!("{alerts:?}") };
    assert_eq!((stored.alert.cause.kind, &stored.alert.run), (CauseKind::Content, &run.id));
    let [finding] = stored.alert.findings.as_slice() else { panic!("{alerts:?}") };
    assert_eq!(finding.column.as_deref(), Some("name"));
    assert!(finding.explanation.contains("large from 0.25"), "{}", finding.explanation);
    let anomaly = repository.anomaly(tenant, &finding.subject).await.unwrap().unwrap();
    assert_eq!(anomaly.series.metric, Metric::DistributionShift);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_value_of_personal_data_is_no_example() {
    let bench = Bench::new().await;
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    demand(&bench, "once", Expectation::Unique { columns: vec!["note".into()] }, 0).await;
    let notes: Vec<String> = (0..60)
        .map(|n| {
            let note = if n % 30 == 7 { "ask jane.doe@example.com".to_owned() } else { format!("note {n}") };
            format!(r#"{{"id":{n},"note":"{note}"}}"#)
        })
        .collect();
    let source = ScriptedSource::default().stream("item", &["id", "note"]);
    source.page("item", "", format!("[{}]", notes.join(",")).leak(), end(""));
    let run = bench.extract(&source).await.unwrap();
    bench.settle().await;
    bench.engine.measure(tenant, &bench.source.id).await.unwrap();
    let found = repository.outcomes_of_run(tenant, &run.id, None).await.unwrap();
    let values: Vec<_> = found[0].outcome.examples.iter().flat_map(|example| &example.values).collect();
    assert!(!values.is_empty());
    for (_, value) in values {
        assert_eq!(value.as_deref(), Some("ask j***@e***.c***"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_of_earlier_runs_is_masked_where_a_run_brings_none_of_it() {
    let bench = Bench::new().await;
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    demand(&bench, "once", Expectation::Unique { columns: vec!["email".into()] }, 0).await;
    let people: Vec<String> =
        (0..60).map(|n| format!(r#"{{"id":{n},"email":"jane.doe{}@example.com"}}"#, n / 2)).collect();
    let full = ScriptedSource::default().stream("item", &["id", "email"]);
    full.page("item", "", format!("[{}]", people.join(",")).leak(), end(""));
    let one = ScriptedSource::default().stream("item", &["id", "email"]);
    one.page("item", "", r#"[{"id":61,"email":"jane.doe1@example.com"}]"#, end(""));
    let none = ScriptedSource::default().stream("item", &["id", "email"]);
    none.page("item", "", "[]", end(""));
    for source in [full, one, none] {
        let run = bench.extract(&source).await.unwrap();
        bench.settle().await;
        bench.engine.measure(tenant, &bench.source.id).await.unwrap();
        let found = repository.outcomes_of_run(tenant, &run.id, None).await.unwrap();
        let examples = &found[0].outcome.examples;
        assert!(!examples.is_empty());
        for (_, value) in examples.iter().flat_map(|example| &example.values) {
            assert!(!value.as_ref().unwrap().contains("jane"), "{value:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_there_is_no_time_for_say_so_and_are_asked_first_in_the_next_run() {
    let mut bench = Bench::new().await;
    // The clock ticks a second at every look: two rules a run.
    std::sync::Arc::get_mut(&mut bench.engine).unwrap().asking_tables = Duration::from_secs(3);
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    for id in ["a", "b", "c", "d"] {
        let (column, key) = ("id".to_owned(), "id".to_owned());
        demand(&bench, id, Expectation::ForeignKey { column, references: stream("item"), key }, 0).await;
    }
    demand(&bench, "e", Expectation::Unique { columns: vec!["name".into()] }, 0).await;
    let source = ScriptedSource::default().stream("item", &["id", "name"]);
    source.page("item", "", FIRST, end(""));
    let mut asked = Vec::new();
    for _ in 0..5 {
        let run = bench.extract(&source).await.unwrap();
        bench.settle().await;
        let found = repository.outcomes_of_run(tenant, &run.id, None).await.unwrap();
        assert_eq!(found.len(), 5, "each has an outcome");
        for StoredOutcome { outcome, .. } in found {
            if !outcome.deferred {
                assert_eq!((outcome.failure, outcome.checked > 0), (None, true));
                asked.push(outcome.rule.0);
            } else if outcome.rule.as_str() == "e" {
                assert_eq!(outcome.checked, 2, "records alone tell something");
                assert!(outcome.failure.unwrap().starts_with("not checked in time"));
            } else {
                assert!(outcome.failure.unwrap().starts_with("not checked in time"));
            }
        }
    }
    let turns = asked.chunks(2).map(<[String]>::concat).collect::<Vec<_>>();
    assert_eq!(turns, ["ab", "cd", "ae", "bc", "de"]);
}
