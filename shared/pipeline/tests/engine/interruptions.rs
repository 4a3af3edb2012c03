//! What a kill, a lost race or a change of mind in the middle of a run may not do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Bench, ScriptedSource, end, more, stream};
use forebay_model::event::{RAW_HUB, RECORDS_HUB};
use forebay_model::{Instant, RunState, StreamRunState};
use forebay_ports::{NextPage, SourceError, SourcePage};

#[tokio::test]
async fn a_page_whose_cursor_was_never_saved_counts_neither_in_the_run_nor_in_the_profile() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id", "x"]);
    source.page("a", "", r#"[{"id":1,"x":"old"},{"id":2,"x":"b"}]"#, end("1"));
    // The blob lands and raw accepts the event; then the process dies before the cursor is saved.
    let run = bench.begin(&source).await;
    let half = half_landed(&bench, &source).await;
    bench.engine.transform(&half).await.unwrap();
    bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    assert_eq!(bench.rows_profiled(&run, "a", "id").await, None, "it has not landed");

    // Meanwhile record 1 has changed, so the repeated page is another page.
    source.page("a", "", r#"[{"id":1,"x":"new"},{"id":2,"x":"b"}]"#, end("1"));
    let run = bench.extract(&source).await.unwrap();
    bench.settle().await;
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((a.pages, a.records, a.outcome.read), (1, 2, 2));
    assert!(a.balances() && a.is_complete(), "{a:?}");
    assert_eq!(bench.rows_profiled(&run, "a", "id").await, Some(2));
}

/// The event of a page that another process landed up to the event.
async fn half_landed(bench: &Bench, source: &ScriptedSource) -> Vec<forebay_pipeline::Inbound> {
    let other = Bench::new().await;
    let run = bench.repository.runs(
        &bench.source.tenant,
        None,
        forebay_ports::repository::Slice { after: None, limit: 1 },
    );
    let run = run.await.unwrap().remove(0);
    other.repository.put_source(&other.source).await.unwrap();
    other.repository.open_run(&run, &[stream("a")]).await.unwrap();
    other.engine.extract(&other.source, source, None, run, Instant::MAX).await.unwrap();
    for name in other.engine.raw.list("raw/", None, 10).await.unwrap() {
        bench.engine.raw.put(&name, other.engine.raw.get(&name).await.unwrap()).await.unwrap();
    }
    let schema =
        other.repository.schemas(&other.source.tenant, &other.source.id).await.unwrap().remove(0).schema;
    bench.repository.save_schema(&bench.source.tenant, &bench.source.id, &schema).await.unwrap();
    other.inbound(RAW_HUB)
}

#[tokio::test]
async fn a_page_applied_before_its_cursor_is_saved_is_profiled_after() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", r#"[{"id":1}]"#, end("1"));
    bench.begin(&source).await;
    let early = half_landed(&bench, &source).await;
    bench.engine.transform(&early).await.unwrap();
    // The same page, repeated: it lands, and is announced to the profiler again.
    let run = bench.extract(&source).await.unwrap();
    bench.engine.profile(&bench.inbound(RECORDS_HUB)).await.unwrap();
    assert_eq!(bench.rows_profiled(&run, "a", "id").await, Some(1));
    assert!(bench.stream_run(&run, "a").await.is_complete());
}

#[tokio::test]
async fn a_column_that_goes_or_comes_within_a_run_keeps_its_profile_in_any_order() {
    for reversed in [false, true] {
        let mut bench = Bench::new().await;
        bench.source.settings.insert("reread_new_columns".into(), "false".into());
        let source = Arc::new(ScriptedSource::default().stream("a", &["id", "x"]));
        source.page("a", "", r#"[{"id":1,"x":"p"}]"#, more("1"));
        let rejected = AtomicBool::new(false);
        let same = Arc::clone(&source);
        source.answer("a", "1", move || {
            if !rejected.swap(true, Ordering::SeqCst) {
                same.set_columns("a", &["id", "y"]);
                let columns = vec!["x".to_owned()];
                return Err(SourceError::RejectedColumns {
                    stream: stream("a"),
                    columns,
                    detail: "gone".into(),
                });
            }
            let body = r#"{"items":[{"id":2,"y":"q"}]}"#.into();
            Ok(SourcePage { body, records: 1, replaces: vec![], next: end("2") })
        });
        let run = bench.extract(&source).await.unwrap();
        bench.engine.transform(&bench.inbound(RAW_HUB)).await.unwrap();
        let mut events = bench.inbound(RECORDS_HUB);
        if reversed {
            events.reverse();
        }
        for event in events {
            bench.engine.profile(&[event]).await.unwrap();
        }
        for column in ["x", "y"] {
            assert_eq!(
                bench.rows_profiled(&run, "a", column).await,
                Some(1),
                "{column}, reversed: {reversed}"
            );
        }
    }
}

/// A column is there from the second run on, whose first attempt at it fails: the stream is still read from
/// its beginning. Gives whether the record's value is there in the end.
async fn is_read_back(reread: bool) -> bool {
    let mut bench = Bench::new().await;
    bench.source.settings.insert("discovery_hours".into(), "0".into());
    bench.source.settings.insert("reread_new_columns".into(), reread.to_string());
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", r#"[{"id":1,"x":"p"}]"#, end("1"));
    source.page("a", "1", "[]", end("1"));
    bench.extract(&source).await.unwrap();
    bench.settle().await;
    source.set_columns("a", &["id", "x"]);
    for cursor in ["", "1"] {
        source.answer("a", cursor, || Err(SourceError::Transient { detail: "not now".into() }));
    }
    let failed = bench.extract(&source).await.unwrap();
    assert_eq!(failed.state, RunState::Failed);
    source.page("a", "", r#"[{"id":1,"x":"p"}]"#, end("1"));
    source.page("a", "1", "[]", end("1"));
    let run = bench.extract(&source).await.unwrap();
    assert_eq!(run.state, RunState::Extracted);
    bench.settle().await;
    bench.rows_profiled(&run, "a", "x").await == Some(1)
}

#[tokio::test]
async fn a_new_column_is_read_back_also_when_the_run_that_saw_it_first_fails() {
    assert!(is_read_back(true).await);
    assert!(!is_read_back(false).await, "unless its past is not wanted");
}

#[tokio::test]
async fn losing_a_column_that_identifies_records_fails_the_stream() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id", "x"]);
    source.answer("a", "", || {
        let columns = vec!["id".to_owned()];
        Err(SourceError::RejectedColumns { stream: stream("a"), columns, detail: "NOT_EXPOSED".into() })
    });
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((run.state, a.state), (RunState::Failed, StreamRunState::Failed));
    assert!(a.evidence.unwrap().contains("give the integration's role access"));
}

#[tokio::test]
async fn a_failed_stream_leaves_the_others_alone_and_goes_on_from_its_cursor() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]).stream("b", &["id"]);
    source.page("a", "", r#"[{"id":1}]"#, more("1"));
    source.answer("a", "1", || Err(SourceError::Transient { detail: "502".into() }));
    source.page("b", "", r#"[{"id":7}]"#, end("b"));
    let first = bench.extract(&source).await.unwrap();
    assert_eq!(first.state, RunState::Failed);
    assert_eq!(bench.stream_run(&first, "b").await.state, StreamRunState::Ended);

    source.page("a", "1", r#"[{"id":2}]"#, end("2"));
    source.page("b", "b", "[]", end("b"));
    let second = bench.extract(&source).await.unwrap();
    bench.settle().await;
    assert_eq!(second.state, RunState::Extracted);
    assert_eq!(bench.stream_run(&second, "a").await.records, 1, "page one is not read again");
    let schema =
        bench.repository.schemas(&bench.source.tenant, &bench.source.id).await.unwrap().remove(0).schema;
    let rows = bench.repository.count_records(&bench.source.tenant, &bench.source.id, &schema).await.unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn a_gone_cursor_starts_over_and_a_source_that_cannot_count_now_costs_only_the_count() {
    let bench = Bench::new().await;
    let mut source = ScriptedSource::default().stream("a", &["id"]);
    source.count_fails = true;
    source.page("a", "", r#"[{"id":1}]"#, end("old"));
    bench.extract(&source).await.unwrap();
    source.answer("a", "old", || {
        Err(SourceError::GoneCursor { stream: stream("a"), detail: "expired".into() })
    });
    let run = bench.extract(&source).await.unwrap();
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((run.state, a.state, a.expected), (RunState::Extracted, StreamRunState::Ended, None));
}

#[tokio::test]
async fn an_extractor_that_finds_the_stream_ended_by_another_stops() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", r#"[{"id":1}]"#, end("1"));
    let run = bench.begin(&source).await;
    let at_once = tokio::join!(
        bench.engine.extract(&bench.source, &source, None, run.clone(), Instant::MAX),
        bench.engine.extract(&bench.source, &source, None, run.clone(), Instant::MAX),
    );
    assert_eq!((at_once.0.unwrap().failed, at_once.1.unwrap().failed), (0, 0));
    bench.settle().await;
    let a = bench.stream_run(&run, "a").await;
    assert!(a.is_complete() && a.balances() && a.pages == 1, "{a:?}");
}

#[tokio::test]
async fn a_lost_event_is_announced_again_by_the_sweep() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", r#"[{"id":1}]"#, end("1"));
    let run = bench.extract(&source).await.unwrap();
    // Nobody delivers the events; the checkpoint moved past them all the same.
    let lost = bench.inbound(RAW_HUB).len();
    assert_eq!(bench.engine.sweep(&bench.source, Instant::MAX).await.unwrap(), 1);
    let again = bench.inbound(RAW_HUB).split_off(lost);
    bench.engine.transform(&again).await.unwrap();
    let lost = bench.inbound(RECORDS_HUB).len();
    assert_eq!(bench.engine.sweep(&bench.source, Instant::MAX).await.unwrap(), 1);
    bench.engine.profile(&bench.inbound(RECORDS_HUB).split_off(lost)).await.unwrap();
    assert!(bench.stream_run(&run, "a").await.is_complete());
    assert_eq!(bench.engine.sweep(&bench.source, Instant::MAX).await.unwrap(), 0);
}

#[tokio::test]
async fn an_event_that_is_not_ours_is_kept_aside_and_the_batch_goes_on() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page(
        "a",
        "",
        r#"[{"id":1},{"id":"x"}]"#,
        NextPage::End { cursor: forebay_model::Cursor::new("1"), proof: "end".into() },
    );
    let run = bench.extract(&source).await.unwrap();
    let mut events = bench.inbound(RAW_HUB);
    let foreign =
        forebay_pipeline::Inbound { body: "not json".into(), sequence_number: 99, ..events[0].clone() };
    events.insert(0, foreign);
    let report = bench.engine.transform(&events).await.unwrap();
    assert_eq!((report.undelivered, report.pages), (1, 1));
    let kept = bench.engine.raw.list("dead-letters/events/raw/0/99", None, 10).await.unwrap();
    assert_eq!(kept.len(), 2, "{kept:?}");
    let a = bench.stream_run(&run, "a").await;
    assert_eq!((a.outcome.inserted, a.outcome.dead_lettered), (1, 1));
    assert!(a.balances());
}

/// A column comes while a stream is read in two firings: whatever the values are, the next run has them all.
#[tokio::test]
async fn a_column_that_comes_between_two_firings_of_a_run_is_read_back_by_the_next() {
    for value in ["p", "q", "r", "s"] {
        let mut bench = Bench::new().await;
        bench.source.settings.insert("discovery_hours".into(), "0".into());
        let source = Arc::new(ScriptedSource::default().stream("a", &["id"]));
        let body = format!(r#"{{"items":[{{"id":1,"x":"{value}"}}]}}"#);
        let first = move || {
            Ok(SourcePage { body: body.clone().into(), records: 1, replaces: vec![], next: more("1") })
        };
        source.answer("a", "", first);
        let late = AtomicBool::new(true);
        source.answer("a", "1", move || match late.swap(false, Ordering::SeqCst) {
            true => Err(SourceError::Throttled { detail: "later".into(), retry_after: None }),
            false => {
                Ok(SourcePage { body: "{\"items\":[]}".into(), records: 0, replaces: vec![], next: end("2") })
            }
        });
        let open = bench.extract(&source).await.unwrap();
        assert_eq!((open.state, bench.stream_run(&open, "a").await.pages), (RunState::Extracting, 1));
        source.set_columns("a", &["id", "x"]);
        let failed = bench.extract(&source).await.unwrap();
        assert_eq!(failed.state, RunState::Failed);
        let evidence = bench.stream_run(&failed, "a").await.evidence.unwrap();
        assert!(evidence.contains("columns came while it was read (x)"), "{evidence}");
        let run = bench.extract(&source).await.unwrap();
        assert_eq!(run.state, RunState::Extracted);
        bench.settle().await;
        assert_eq!(bench.rows_profiled(&run, "a", "x").await, Some(1));
        assert_eq!(bench.stream_run(&run, "a").await.outcome.superseded, 0, "{value}");
    }
}
