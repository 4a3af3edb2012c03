//! A run that failed is told once, and that its source is well again.

use forebay_model::alert::{Alert, AlertChannel, AlertState, CauseKind, ChannelKind};
use forebay_model::rule::Severity;
use forebay_model::{RunState, Trigger};
use forebay_pipeline::begin_run;
use forebay_ports::repository::{AlertFilter, Delivered, Slice};
use forebay_ports::{Clock, SourceError};

use crate::support::{Bench, ScriptedSource, end};

async fn bench() -> Bench {
    let bench = Bench::new().await;
    let channel = AlertChannel {
        id: "team".into(),
        kind: ChannelKind::Webhook,
        secret: "team-address".into(),
        recipients: Vec::new(),
        least_severity: Severity::Info,
        cool_down_seconds: 3_600,
    };
    bench.repository.put_channel(&bench.source.tenant, &channel).await.unwrap();
    bench
}

async fn alerts(bench: &Bench) -> Vec<Alert> {
    let all = Slice { after: None, limit: 100 };
    let found = bench.repository.alerts(&bench.source.tenant, &AlertFilter::default(), all).await.unwrap();
    found.into_iter().map(|stored| stored.alert).collect()
}

async fn deliveries(bench: &Bench, alert: &Alert) -> usize {
    bench.repository.deliveries(&bench.source.tenant, &alert.id).await.unwrap().len()
}

fn failing() -> ScriptedSource {
    let source = ScriptedSource::default().stream("item", &["id"]).stream("order", &["id"]);
    source.page("item", "", r#"[{"id":1}]"#, end("1"));
    source.page("item", "1", "[]", end("1"));
    source.answer("order", "", || {
        let evidence = r#"the page is none: invalid type: string "Ann Lee", expected u64"#.into();
        Err(SourceError::Contradiction { stream: crate::support::stream("order"), evidence })
    });
    source
}

fn well() -> ScriptedSource {
    let source = failing();
    source.page("order", "", "[]", end("1"));
    source.page("order", "1", "[]", end("1"));
    source
}

#[tokio::test]
async fn a_failed_run_becomes_one_alert_that_the_next_good_run_resolves() {
    let bench = bench().await;
    let run = bench.extract(&failing()).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    bench.watch().await;
    let told = alerts(&bench).await;
    assert_eq!(told.len(), 1);
    let alert = &told[0];
    assert_eq!((&alert.cause.stream, alert.cause.kind), (&None, CauseKind::Flow));
    assert_eq!(
        (alert.state, alert.severity, alert.run.clone()),
        (AlertState::Open, Severity::Critical, run.id)
    );
    let why = &alert.findings[0].explanation;
    assert!(
        why.contains("1 of 2 streams failed") && why.contains("`order`") && why.contains("invalid type"),
        "{why}"
    );
    assert!(!why.contains("Ann"), "a value leaves the house: {why}");
    assert_eq!(deliveries(&bench, alert).await, 1);
    bench.watch().await;
    assert_eq!(alerts(&bench).await, told, "what comes again changes nothing");

    bench.extract(&failing()).await.unwrap();
    bench.watch().await;
    let told = alerts(&bench).await;
    assert_eq!((told.len(), told[0].occurrences, told[0].state), (1, 2, AlertState::Open));
    assert_eq!(deliveries(&bench, &told[0]).await, 1, "within the channel's pause");

    assert_eq!(bench.extract(&well()).await.unwrap().state, RunState::Extracted);
    bench.watch().await;
    let told = alerts(&bench).await;
    assert_eq!((told.len(), told[0].occurrences, told[0].state), (1, 2, AlertState::Resolved));
    bench.watch().await;
    assert_eq!(alerts(&bench).await, told);
}

#[tokio::test]
async fn a_person_who_resolved_a_failure_is_not_told_of_the_same_run_again() {
    let bench = bench().await;
    bench.extract(&failing()).await.unwrap();
    bench.watch().await;
    let alert = alerts(&bench).await.remove(0);
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    repository.handle_alert(tenant, &alert.id, AlertState::Resolved, "ann", bench.clock.now()).await.unwrap();
    let resolved = alerts(&bench).await;
    bench.watch().await;
    assert_eq!(alerts(&bench).await, resolved);
    bench.extract(&failing()).await.unwrap();
    bench.watch().await;
    let told = alerts(&bench).await;
    assert_eq!((told.len(), told[0].state), (1, AlertState::Open), "the next run is news");
}

#[tokio::test]
async fn a_failure_that_was_dealt_with_long_ago_is_no_news_while_the_next_run_is_read() {
    let bench = bench().await;
    bench.extract(&failing()).await.unwrap();
    bench.watch().await;
    let alert = alerts(&bench).await.remove(0);
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    repository.handle_alert(tenant, &alert.id, AlertState::Resolved, "ann", bench.clock.now()).await.unwrap();
    let resolved = alerts(&bench).await;
    bench.clock.pass_hours(31 * 24);
    bench.begin(&well()).await;
    bench.watch().await;
    bench.watch().await;
    assert_eq!(alerts(&bench).await, resolved);
}

#[tokio::test]
async fn a_failure_before_a_good_run_that_no_look_saw_is_not_told() {
    let bench = bench().await;
    bench.extract(&failing()).await.unwrap();
    bench.extract(&well()).await.unwrap();
    bench.watch().await;
    assert_eq!(alerts(&bench).await, []);
    bench.begin(&well()).await;
    bench.watch().await;
    assert_eq!(alerts(&bench).await, [], "nor while the next one is read");
}

#[tokio::test]
async fn a_failure_before_a_run_that_is_read_or_failed_too_is_told_though_no_look_saw_it() {
    for fails_too in [false, true] {
        let bench = bench().await;
        let mut failed = bench.extract(&failing()).await.unwrap();
        if fails_too {
            failed = bench.extract(&failing()).await.unwrap();
        }
        bench.begin(&well()).await;
        bench.watch().await;
        let told = alerts(&bench).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((&told[0].run, told[0].state, told[0].occurrences), (&failed.id, AlertState::Open, 1));
        assert_eq!(deliveries(&bench, &told[0]).await, 1);
    }
}

#[tokio::test]
async fn a_resolved_alert_goes_after_four_hundred_days_and_its_deliveries_before_it() {
    let bench = bench().await;
    bench.extract(&failing()).await.unwrap();
    bench.watch().await;
    let alert = alerts(&bench).await.remove(0);
    let (tenant, repository, now) = (&bench.source.tenant, &bench.repository, bench.engine.clock.now());
    for taken in repository.claim_deliveries(tenant, "h", now, now.plus_seconds(60), 9).await.unwrap() {
        repository.settle_delivery(tenant, &taken.delivery.id, "h", now, Delivered::Sent).await.unwrap();
    }
    let well_after = async |days: i64| {
        bench.clock.pass_hours(days * 24);
        bench.extract(&well()).await.unwrap();
        bench.watch().await;
        (alerts(&bench).await.len(), deliveries(&bench, &alert).await)
    };
    assert_eq!(well_after(1).await, (1, 1));
    assert_eq!(well_after(399).await, (1, 0));
    assert_eq!(well_after(2).await, (0, 0));
}

#[tokio::test]
async fn a_source_that_cannot_be_opened_is_told_with_its_reason() {
    let bench = bench().await;
    let error = SourceError::Misconfigured { detail: "setting 'account' is missing".into() };
    let run = begin_run(&bench.engine, &bench.source, Err(&error), Trigger::Schedule).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    bench.watch().await;
    let told = alerts(&bench).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].findings[0].explanation.contains("setting 'account' is missing"), "{told:?}");
}
