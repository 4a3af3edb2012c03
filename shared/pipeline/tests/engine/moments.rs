//! Times in what is read, against the moment at which it was read.

use crate::support::{Bench, ScriptedSource, end, more};

#[tokio::test(flavor = "multi_thread")]
async fn values_later_than_their_page_was_observed_are_counted_as_future_whatever_the_clock_says() {
    let bench = Bench::new().await;
    let source = ScriptedSource::default().stream("item", &["id", "due", "name"]);
    // The source says that it is November 2023, the clock that it is 2027.
    let first = r#"[{"id":1,"due":"2021-05-14","name":"red"},{"id":2,"due":"2099-12-31","name":"green"},
        {"id":3,"due":"2023-02-28","name":"red"}]"#;
    let second = r#"[{"id":4,"due":"2025-07-19","name":"red"},{"id":5,"due":"2022-08-23","name":"red"}]"#;
    source.page("item", "", first, more("2"));
    source.page("item", "2", second, end(""));
    let run = bench.extract(&source).await.unwrap();
    bench.settle().await;
    let times = bench.profiled(&run, "item", "due").await.unwrap().times.unwrap();
    assert_eq!((times.count, times.future), (5, Some(2)));
    bench.settle().await;
    let again = bench.profiled(&run, "item", "due").await.unwrap().times.unwrap();
    assert_eq!(again, times, "events that come again change nothing");
}
