//! Optional streams that the source refuses: known for a while, like a discovery.

use forebay_model::{Run, RunState, StreamRunState, Trigger};
use forebay_pipeline::{CheckVerdict, check, check_within};

use crate::support::{Bench, ScriptedSource, end};

/// Stream `a`, and `b`, which is optional and refused.
fn source() -> ScriptedSource {
    let source = ScriptedSource::default().stream("a", &["id"]).stream("b", &["id"]).optional();
    source.page("a", "", r#"[{"id":1}]"#, end("1"));
    source.page("a", "1", "[]", end("1"));
    source.page("b", "", r#"[{"id":7}]"#, end("b"));
    source.page("b", "b", "[]", end("b"));
    *source.refused.lock().unwrap() = vec!["b"];
    source
}

async fn is_skipped(bench: &Bench, run: &Run) -> bool {
    let b = bench.stream_run(run, "b").await;
    let evidence = b.evidence.unwrap();
    assert_eq!(run.state, RunState::Extracted);
    match b.state {
        StreamRunState::Skipped => {
            assert!(evidence.contains("the role lacks a permission"), "{evidence}");
            true
        }
        state => {
            assert_eq!(state, StreamRunState::Ended);
            false
        }
    }
}

/// Runs once; gives whether `b` was skipped, and how many discoveries that took.
async fn run(bench: &Bench, source: &ScriptedSource, trigger: Trigger) -> (bool, usize) {
    let before = source.asked.discoveries();
    let run = bench.begin_by(source, trigger).await;
    let run = bench.read(source, run).await.unwrap();
    (is_skipped(bench, &run).await, source.asked.discoveries() - before)
}

#[tokio::test]
async fn a_refused_stream_costs_later_runs_nothing_until_its_time_has_passed() {
    let (bench, source) = (Bench::new().await, source());
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 2));
    for _ in 0..3 {
        assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 0));
    }
    bench.clock.pass_hours(24);
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 2), "both are asked for again");
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 0));
    source.refused.lock().unwrap().clear();
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 0), "nobody has asked");
    bench.clock.pass_hours(24);
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (false, 2), "it is read when it may be");
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (false, 0));
}

#[tokio::test]
async fn a_refusal_is_forgotten_with_the_settings_it_was_met_under() {
    let (mut bench, source) = (Bench::new().await, source());
    bench.source.settings.insert("discovery_hours".into(), "2".into());
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 2));
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 0));
    bench.clock.pass_hours(2);
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 2));
    bench.source.settings.insert("role".into(), "another".into());
    source.refused.lock().unwrap().clear();
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (false, 2));
    // Back again: what was found since is later than the refusal.
    bench.source.settings.remove("role");
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (false, 2));
}

#[tokio::test]
async fn whoever_asks_by_hand_is_given_the_sources_answer() {
    let (bench, source) = (Bench::new().await, source());
    assert_eq!(run(&bench, &source, Trigger::Schedule).await, (true, 2));
    let report = check(Ok(&source), bench.clock.as_ref()).await;
    let b = report.items.iter().find(|item| item.subject == "stream b").unwrap();
    assert!(b.verdict == CheckVerdict::Warned && b.detail.contains("will be skipped"), "{b:?}");
    assert_eq!(source.asked.probes(), 2, "a check asks for every stream");
    source.refused.lock().unwrap().clear();
    let report = check(Ok(&source), bench.clock.as_ref()).await;
    assert!(report.items.iter().any(|i| i.subject == "stream b" && i.verdict == CheckVerdict::Passed));
    assert_eq!(run(&bench, &source, Trigger::OnDemand).await, (false, 1), "and a run on demand reads it");
}

#[tokio::test]
async fn a_stream_that_is_not_optional_is_asked_for_by_every_run() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", "[]", end("1"));
    *source.refused.lock().unwrap() = vec!["a"];
    for asked in 1..=2 {
        assert_eq!(bench.extract(&source).await.unwrap().state, RunState::Failed);
        assert_eq!(source.asked.discoveries(), asked);
    }
    source.refused.lock().unwrap().clear();
    assert_eq!(bench.extract(&source).await.unwrap().state, RunState::Extracted);
}

#[tokio::test]
async fn a_stream_that_was_loaded_is_missed_when_it_is_refused_or_gone() {
    let mut bench = Bench::new().await;
    bench.source.settings.insert("discovery_hours".into(), "0".into());
    let source = source();
    source.refused.lock().unwrap().clear();
    assert!(!run(&bench, &source, Trigger::Schedule).await.0);
    *source.refused.lock().unwrap() = vec!["b"];
    let refused = bench.extract(&source).await.unwrap();
    assert_eq!(refused.state, RunState::Failed, "optional as it is, it was read before");
    assert_eq!(bench.stream_run(&refused, "b").await.state, StreamRunState::Failed);

    let without = ScriptedSource::default().stream("a", &["id"]);
    without.page("a", "1", "[]", end("1"));
    for named in [1, 0] {
        let gone = bench.extract(&without).await.unwrap();
        let notices = bench.repository.notices(&gone.tenant, &gone.id).await.unwrap();
        let told = notices.iter().filter(|n| n.detail.contains("not offered any more")).count();
        assert_eq!(told, named, "said once: {notices:?}");
    }
}

#[tokio::test]
async fn a_check_that_runs_out_of_time_tells_what_it_found_until_then() {
    let (bench, source) = (Bench::new().await, source());
    *source.silent.lock().unwrap() = Some("b");
    let within = std::time::Duration::from_millis(300);
    let report = check_within(Ok(&source), bench.clock.as_ref(), within).await;
    let told: Vec<(&str, CheckVerdict)> =
        report.items.iter().map(|i| (i.subject.as_str(), i.verdict)).collect();
    assert!(told.contains(&("stream a", CheckVerdict::Passed)), "{told:?}");
    assert_eq!(told.last(), Some(&("time", CheckVerdict::Failed)));
}
