//! A process that lost its run to another one, and does not know it yet.

use std::sync::Mutex;

use async_trait::async_trait;
use forebay_model::{Instant, RunId, RunState, StreamName, StreamSchema};
use forebay_ports::repository::Claim;
use forebay_ports::{Access, Clock, Connector, PageRequest, PortError, SourceError, SourcePage, StreamSpec};

use crate::support::{Bench, ScriptedSource, end};

/// Another process takes the run over while this one asks for a stream's columns.
struct Robbed<'a> {
    source: &'a ScriptedSource,
    bench: &'a Bench,
    run: Mutex<Option<RunId>>,
}

#[async_trait]
impl Connector for Robbed<'_> {
    async fn streams(&self) -> Result<Vec<StreamSpec>, SourceError> {
        self.source.streams().await
    }

    async fn server_time(&self) -> Result<Instant, SourceError> {
        self.source.server_time().await
    }

    async fn discover(&self, name: &StreamName) -> Result<StreamSchema, SourceError> {
        let found = self.source.discover(name).await;
        let run = self.run.lock().unwrap().take();
        if let Some(run) = run {
            let (tenant, now) = (&self.bench.source.tenant, self.bench.clock.now().plus_seconds(3_600));
            let claim = self.bench.repository.claim_run(tenant, &run, "robber", now, now.plus_seconds(3_600));
            assert_eq!(claim.await.unwrap(), Claim::Mine);
        }
        found
    }

    async fn read_page(&self, request: PageRequest<'_>) -> Result<SourcePage, SourceError> {
        self.source.read_page(request).await
    }

    async fn probe(&self, name: &StreamName) -> Result<Access, SourceError> {
        self.source.probe(name).await
    }

    async fn count(&self, request: PageRequest<'_>) -> Result<Option<u64>, SourceError> {
        self.source.count(request).await
    }
}

#[tokio::test]
async fn who_lost_the_run_starts_no_stream_over_under_the_one_that_reads_it() {
    let mut bench = Bench::new().await;
    bench.source.settings.insert("discovery_hours".into(), "0".into());
    bench.source.settings.insert("reread_new_columns".into(), "true".into());
    let source = ScriptedSource::default().stream("a", &["id"]);
    source.page("a", "", r#"[{"id":1,"x":"p"}]"#, end("1"));
    bench.extract(&source).await.unwrap();
    source.set_columns("a", &["id", "x"]);
    let run = bench.begin(&source).await;
    let start = bench.stream_run(&run, "a").await.start;
    assert!(start.is_some());
    let robbed = Robbed { source: &source, bench: &bench, run: Mutex::new(Some(run.id.clone())) };
    let read = bench.engine.extract(&bench.source, &robbed, None, run.clone(), Instant::MAX).await;
    assert!(matches!(read, Err(PortError::Conflict { .. })), "{read:?}");
    assert_eq!(bench.stream_run(&run, "a").await.start, start, "the other process reads on from here");

    bench.repository.release_run(&bench.source.tenant, &run.id, "robber").await.unwrap();
    let run = bench.extract(&source).await.unwrap();
    assert_eq!(run.state, RunState::Extracted);
    bench.settle().await;
    assert_eq!(bench.rows_profiled(&run, "a", "x").await, Some(1));
}
