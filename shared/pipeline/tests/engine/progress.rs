//! What is known of a stream while it is read, and what knowing it costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_model::{RunState, StreamRunState};
use forebay_ports::{SourceError, SourcePage};

use crate::support::{Bench, ScriptedSource, end, more, stream};

/// Two pages; the second is refused for now until `open` is set.
fn held_up(open: &Arc<AtomicBool>) -> ScriptedSource {
    let mut source = ScriptedSource::default().stream("a", &["id"]);
    source.counts = Some(4);
    source.page("a", "", r#"[{"id":1},{"id":2},{"id":3}]"#, more("1"));
    let open = Arc::clone(open);
    source.answer("a", "1", move || {
        if !open.load(Ordering::SeqCst) {
            return Err(SourceError::Throttled { detail: "later".into(), retry_after: None });
        }
        let body = r#"{"items":[{"id":4}]}"#.into();
        Ok(SourcePage { body, records: 1, replaces: vec![], next: end("2") })
    });
    source.page("a", "2", "[]", end("2"));
    source
}

#[tokio::test]
async fn a_first_load_knows_beforehand_how_much_there_is_and_later_runs_do_not_ask() {
    let (bench, open) = (Bench::new().await, Arc::new(AtomicBool::new(false)));
    let source = held_up(&open);
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!(run.state, RunState::Extracting, "the source asked us to wait");
    assert_eq!((a.state, a.records, a.expected), (StreamRunState::Reading, 3, Some(4)));
    assert_eq!(source.asked.counts(), 1);

    open.store(true, Ordering::SeqCst);
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((a.state, a.records, a.expected), (StreamRunState::Ended, 4, Some(4)));
    assert_eq!(source.asked.counts(), 2, "resumed without asking again; compared at the end");

    bench.extract(&source).await.unwrap();
    assert_eq!(source.asked.counts(), 3, "an increment is counted at its end only");
}

#[tokio::test]
async fn a_stream_that_starts_over_is_counted_from_its_beginning() {
    let (bench, open) = (Bench::new().await, Arc::new(AtomicBool::new(true)));
    let source = held_up(&open);
    bench.extract(&source).await.unwrap();
    source.answer("a", "2", || Err(SourceError::GoneCursor { stream: stream("a"), detail: "old".into() }));
    open.store(false, Ordering::SeqCst);
    let before = source.asked.counts();
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((a.state, a.records, a.expected), (StreamRunState::Reading, 3, Some(4)));
    assert_eq!(source.asked.counts(), before + 1);
}

#[tokio::test]
async fn a_source_that_fails_to_count_is_read_without() {
    let (bench, open) = (Bench::new().await, Arc::new(AtomicBool::new(true)));
    let mut source = held_up(&open);
    source.count_fails = true;
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((run.state, a.records, a.expected), (RunState::Extracted, 4, None));
}
