//! What one look does not measure has a look of its own; what can never be measured keeps nobody awake.

use std::sync::Arc;

use async_trait::async_trait;
use forebay_model::NoticeKind;
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::rule::{Expectation, Rule, RuleId, Severity};
use forebay_model::{Instant, Run, RunNotice};
use forebay_pipeline::{Deliverer, Measuring, QualityRequest, Watcher};
use forebay_ports::memory::MemorySecrets;
use forebay_ports::repository::{Edit, RuleCaps};
use forebay_ports::{AlertSender, Outgoing, PortError, Receipt, Secret};

use crate::support::{Bench, ScriptedSource, end, stream};

async fn profiled(bench: &Bench) -> Run {
    let source = ScriptedSource::default().stream("item", &["id", "name"]).stream("other", &["id", "name"]);
    for name in ["item", "other"] {
        source.page(name, "", r#"[{"id":1,"name":"red"}]"#, end(""));
    }
    let run = bench.extract(&source).await.unwrap();
    bench.engine.transform(&bench.inbound(RAW_HUB)).await.unwrap();
    bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    run
}

async fn measure(bench: &Bench) -> Result<Measuring, PortError> {
    bench.engine.measure(&bench.source.tenant, &bench.source.id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_look_leaves_over_it_says() {
    let mut bench = Bench::new().await;
    Arc::get_mut(&mut bench.engine).unwrap().parts_at_once = 1;
    profiled(&bench).await;
    let first = bench.watch().await;
    assert_eq!((first.measured, first.waiting, first.left), (1, 0, true));
    let second = bench.watch().await;
    assert_eq!((second.measured, second.left), (1, false));
    assert_eq!(bench.watch().await.measured, 0);
}

struct Nobody;

#[async_trait]
impl AlertSender for Nobody {
    async fn send(&self, _: &str, _: &Outgoing, _: &Secret) -> Result<Receipt, PortError> {
        Ok(Receipt::default())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_look_leaves_over_has_a_message() {
    let (mut bench, queue) = Bench::asking(60).await;
    Arc::get_mut(&mut bench.engine).unwrap().parts_at_once = 1;
    profiled(&bench).await;
    let watcher = Watcher {
        engine: Arc::clone(&bench.engine),
        deliverer: Deliverer {
            repository: Arc::clone(&bench.repository),
            vault: Arc::new(MemorySecrets::new([("none", "none")])),
            sender: Arc::new(Nobody),
            clock: Arc::clone(&bench.clock) as _,
            page: None,
            holder: "one".into(),
        },
        queue: Arc::clone(&queue) as _,
    };
    // The first message is the one that the run's end sent; what its look measures is one part of two.
    while queue.take().is_some_and(|message| {
        queue.delete(&message);
        !queue.is_empty()
    }) {}
    let look = QualityRequest::first_look(&bench.source.tenant, &bench.source.id);
    let report = watcher.handle(&look).await.unwrap();
    assert_eq!((report.watched.measured, report.watched.left), (1, true));
    let next = QualityRequest::parse(&queue.take().unwrap().body).unwrap();
    assert_eq!(next, look, "the same look, at once");
    assert!(!watcher.handle(&next).await.unwrap().watched.left);
    assert_eq!(measure(&bench).await.unwrap(), Measuring::default());
}

/// A rule that nobody can read: JSON has no such number.
async fn break_rules_of(bench: &Bench, name: &str) {
    let rule = Rule {
        id: RuleId::new("broken"),
        source: bench.source.id.clone(),
        stream: stream(name),
        description: String::new(),
        severity: Severity::Info,
        expectation: Expectation::NotNull { column: "id".into() },
        tolerated_share: f64::NAN,
    };
    let edit = Edit { expected: 0, author: "ann", at: Instant::EPOCH };
    let _ = bench.repository.put_rule(&bench.source.tenant, &rule, edit, RuleCaps::default()).await;
}

async fn said(bench: &Bench, run: &Run) -> RunNotice {
    let notices = bench.repository.notices(&bench.source.tenant, &run.id).await.unwrap();
    notices.into_iter().find(|notice| notice.kind == NoticeKind::NotMeasured).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_can_never_be_measured_is_given_up_and_its_run_says_so() {
    let bench = Bench::new().await;
    let run = profiled(&bench).await;
    break_rules_of(&bench, "item").await;
    assert_eq!(measure(&bench).await.unwrap(), Measuring { parts: 1, left: true }, "the other stream");
    for _ in 0..3 {
        measure(&bench).await.unwrap_err();
    }
    assert_eq!(measure(&bench).await.unwrap(), Measuring { parts: 1, left: false }, "given up");
    assert_eq!(measure(&bench).await.unwrap(), Measuring::default());
    let said = said(&bench, &run).await;
    assert_eq!((said.stream.clone(), said.count), (Some(stream("item")), 5));
    assert!(said.detail.ends_with("it is not tried again"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_which_try_failed_and_that_a_later_one_measured_it() {
    let broken = Bench::new().await;
    let run = profiled(&broken).await;
    break_rules_of(&broken, "item").await;
    measure(&broken).await.unwrap();
    for _ in 0..3 {
        measure(&broken).await.unwrap_err();
    }
    let told = said(&broken, &run).await;
    assert!(told.detail.ends_with("; that was try 4 of 5"), "{told:?}");

    // The same where the fifth try finds nothing in its way.
    let mended = Bench::new().await;
    let run = profiled(&mended).await;
    let (tenant, repository) = (&mended.source.tenant, &mended.repository);
    repository.add_notices(tenant, &run.id, std::slice::from_ref(&told)).await.unwrap();
    mended.clock.pass_hours(1);
    measure(&mended).await.unwrap();
    let now = said(&mended, &run).await;
    assert!(now.detail.ends_with("; a later try succeeded: it is measured"), "{now:?}");
    assert_eq!((now.stream, now.count), (Some(stream("item")), 4), "nothing else failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_left_out_are_no_tries_to_measure_the_rest() {
    let bench = Bench::new().await;
    let run = profiled(&bench).await;
    break_rules_of(&bench, "item").await;
    let detail = "pages that no profile or rule takes into account: why".into();
    let (stream, kind, last) = (Some(stream("item")), NoticeKind::NotProfiled, Instant::EPOCH);
    let pages = RunNotice { stream, kind, count: 7, detail, last };
    bench.repository.add_notices(&bench.source.tenant, &run.id, std::slice::from_ref(&pages)).await.unwrap();
    measure(&bench).await.unwrap();
    assert!(said(&bench, &run).await.detail.ends_with("; that was try 1 of 5"));
    let notices = bench.repository.notices(&bench.source.tenant, &run.id).await.unwrap();
    assert!(notices.contains(&pages), "{notices:?}");
}
