//! A page that cannot be applied, or cannot be profiled, keeps the rest of its run from nothing.

use std::sync::Arc;

use bytes::Bytes;
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::{NoticeKind, Run};
use forebay_pipeline::Inbound;
use forebay_ports::repository::{StateKind, StoredState};

use crate::support::queue::HostedQueue;
use crate::support::{Bench, ScriptedSource, end, more, stream};

/// A run of two streams that is over, landed and looked at in vain.
async fn extracted() -> (Bench, Arc<HostedQueue>, Run) {
    let (bench, queue) = Bench::asking(600).await;
    let source = ScriptedSource::default().stream("item", &["id"]).stream("order", &["id"]);
    source.page("item", "", r#"[{"id":1}]"#, more("2"));
    source.page("item", "2", r#"[{"id":2}]"#, end("2"));
    source.page("order", "", r#"[{"id":3}]"#, end("1"));
    let run = bench.extract(&source).await.unwrap();
    assert_eq!(looks(&queue), 1, "the end's");
    (bench, queue, run)
}

/// How often it was asked to look since this was called.
fn looks(queue: &HostedQueue) -> usize {
    let mut count = 0;
    while let Some(message) = queue.take() {
        queue.delete(&message);
        count += 1;
    }
    count
}

#[tokio::test]
async fn pages_that_cannot_be_profiled_hold_up_neither_their_run_nor_what_else_is_known_of_it() {
    let (bench, queue, run) = extracted().await;
    let (tenant, repository) = (&bench.source.tenant, &bench.repository);
    let damaged = StoredState { kind: StateKind::Column, name: "id".into(), state: vec![255; 9] };
    repository.save_profiles(tenant, &run.id, &stream("item"), 0, &[damaged], &[]).await.unwrap();
    bench.engine.transform(&bench.inbound(RAW_HUB)).await.unwrap();
    let report = bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    assert_eq!((report.undelivered, report.records), (2, 1));
    assert_eq!(looks(&queue), 1, "the run is as complete as it can be");

    let item = bench.stream_run(&run, "item").await;
    assert_eq!((item.pages_applied, item.pages_profiled, item.pages_unprofilable), (2, 0, 2));
    let notices = async || repository.notices(tenant, &run.id).await.unwrap();
    let told = notices().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].kind, told[0].count), (NoticeKind::NotProfiled, 2));
    assert_eq!(told[0].stream, Some(stream("item")));
    assert!(told[0].detail.contains("stored state"), "{told:?}");

    let watched = bench.watch().await;
    assert_eq!((watched.measured, watched.waiting), (2, 0), "both streams, and nothing waits");
    assert_eq!(bench.engine.sweep(&bench.source, forebay_model::Instant::MAX).await.unwrap(), 0);
    bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    assert_eq!(notices().await, told, "said once");
}

/// The same event of a schema that there is not.
fn spoilt(event: &Inbound) -> Inbound {
    let mut body: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
    body["data"]["schema_version"] = 99.into();
    Inbound { body: Bytes::from(body.to_string()), ..event.clone() }
}

#[tokio::test]
async fn a_page_that_cannot_be_applied_and_is_its_runs_last_has_somebody_look_at_it() {
    let (bench, queue, run) = extracted().await;
    let events = bench.inbound(RAW_HUB);
    let (order, item): (Vec<_>, Vec<_>) =
        events.into_iter().partition(|event| String::from_utf8_lossy(&event.body).contains(r#""order""#));
    bench.engine.transform(&item).await.unwrap();
    bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    assert_eq!(looks(&queue), 0, "a page is to be applied yet");
    let last: Vec<Inbound> = order.iter().map(spoilt).collect();
    let report = bench.engine.transform(&last).await.unwrap();
    assert_eq!((report.undelivered, bench.stream_run(&run, "order").await.pages_unappliable), (1, 1));
    assert_eq!(looks(&queue), 1);
    assert_eq!(bench.watch().await.measured, 2);
    bench.engine.transform(&last).await.unwrap();
    assert_eq!(looks(&queue), 0, "all is measured");
}
