//! One run of one source: every stream to its proven end, several at a time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_model::{
    Instant, NoticeKind, Run, RunId, RunNotice, RunState, SourceConfig, StreamName, StreamRun,
    StreamRunState, Trigger,
};
use forebay_ports::repository::{Slice, StreamEnd};
use forebay_ports::{Connector, PortError, SourceError, StreamSpec};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::budget::AccountGate;
use crate::claim::{Kept, RunClaim};
use crate::engine::Engine;
use crate::stream::{StreamReader, StreamResult, over};

/// Streams read at once. NetSuite's smallest account allows five requests at a time for everything
/// that talks to it; one is left for others.
const STREAMS_AT_ONCE: usize = 4;

/// After so many runs that could not ask their source, it is not told any more what they missed.
const RUNS_LOOKED_BACK: u32 = 20;

/// How an extraction went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractReport {
    pub run: Run,
    pub ended: usize,
    pub failed: usize,
    /// Streams that ran out of time; the next firing goes on with them.
    pub left: usize,
    /// Another process reads the run; nothing was done here.
    pub taken: bool,
}

/// Opens a run of the source, or joins the one that is not finished. Where the source cannot even be
/// opened or does not tell the time, the run is written as failed, so that a person sees why.
pub async fn begin_run(
    engine: &Engine,
    source: &SourceConfig,
    connector: Result<&dyn Connector, &SourceError>,
    trigger: Trigger,
) -> Result<Run, PortError> {
    engine.repository.put_source(source).await?;
    let newest = Slice { after: None, limit: 1 };
    let last = engine.repository.runs(&source.tenant, Some(&source.id), newest).await?.into_iter().next();
    let open = last.clone().filter(|r| r.state == RunState::Extracting);
    match (connector, open) {
        (Ok(_), Some(open)) => Ok(open),
        (Err(error), Some(open)) => fail_run(engine, open, error).await,
        (Err(error), None) => {
            let run = fresh_run(engine, source, trigger, None, &[StreamName::whole_source()]).await?;
            fail_run(engine, run, error).await
        }
        (Ok(connector), None) => {
            match described(connector).await {
                Ok((bound, streams)) => {
                    let bound = later_than(last.as_ref(), bound);
                    let run = fresh_run(engine, source, trigger, Some(bound), &streams).await?;
                    note_vanished(engine, &run, last.as_ref(), &streams).await?;
                    Ok(run)
                }
                // No stream of such a run may be read, even if we are killed before it is marked: its bound
                // is our clock's, which may be ahead of the source's.
                Err(error) => {
                    let run = fresh_run(engine, source, trigger, None, &[StreamName::whole_source()]).await?;
                    fail_run(engine, run, &error).await
                }
            }
        }
    }
}

/// Sources tell whole seconds, and two runs may begin in one. What the later one read has to be told from
/// what the earlier one did, so its bound is a microsecond later. A clock that went back by more is left as it
/// is: a bound ahead of the source's clock would promise what has not happened yet.
fn later_than(last: Option<&Run>, bound: Instant) -> Instant {
    let within_a_second = |last: &&Run| bound <= last.bound && last.bound < bound.plus_seconds(1);
    match last.filter(within_a_second) {
        Some(last) => Instant::from_micros(last.bound.micros() + 1),
        None => bound,
    }
}

/// A stream that the last run read, and that is not offered any more, is named once: nobody excluded it
/// perhaps, and what was loaded grows old.
async fn note_vanished(
    engine: &Engine,
    run: &Run,
    last: Option<&Run>,
    offered: &[StreamName],
) -> Result<(), PortError> {
    let Some(before) = last_streams(engine, run, last).await? else { return Ok(()) };
    let loaded = before.into_iter().filter(|s| s.cursor.is_some() && !offered.contains(&s.stream));
    let notice = |stream: StreamRun| RunNotice {
        detail: format!(
            "stream {} was read before and is not offered any more: a permission was withdrawn, it was deleted, \
             or the source's settings exclude it; what was loaded stays as it is",
            stream.stream
        ),
        stream: Some(stream.stream),
        kind: NoticeKind::Forbidden,
        count: 1,
        last: engine.clock.now(),
    };
    let notices: Vec<RunNotice> = loaded.map(notice).collect();
    if notices.is_empty() {
        return Ok(());
    }
    engine.repository.add_notices(&run.tenant, &run.id, &notices).await
}

/// The streams of the newest run before this one that knew any: one that could not even ask the source
/// knows none.
async fn last_streams(
    engine: &Engine,
    run: &Run,
    last: Option<&Run>,
) -> Result<Option<Vec<StreamRun>>, PortError> {
    if last.is_none_or(|last| last.id == run.id) {
        return Ok(None);
    }
    let earlier = Slice { after: Some(run.id.to_string()), limit: RUNS_LOOKED_BACK };
    for run in engine.repository.runs(&run.tenant, Some(&run.source), earlier).await? {
        let streams = engine.repository.stream_runs(&run.tenant, &run.id).await?;
        if streams.iter().any(|s| s.stream != StreamName::whole_source()) {
            return Ok(Some(streams));
        }
    }
    Ok(None)
}

/// The source's clock and its streams.
async fn described(connector: &dyn Connector) -> Result<(Instant, Vec<StreamName>), SourceError> {
    let bound = connector.server_time().await?;
    Ok((bound, connector.streams().await?.into_iter().map(|s| s.stream).collect()))
}

async fn fresh_run(
    engine: &Engine,
    source: &SourceConfig,
    trigger: Trigger,
    bound: Option<Instant>,
    streams: &[StreamName],
) -> Result<Run, PortError> {
    let started = engine.clock.now();
    let fresh = Run {
        id: new_run_id(started),
        tenant: source.tenant.clone(),
        source: source.id.clone(),
        trigger,
        state: RunState::Extracting,
        started,
        bound: bound.unwrap_or(started),
        ended: None,
    };
    engine.repository.open_run(&fresh, streams).await
}

/// Version 7 UUIDs sort by time.
fn new_run_id(now: Instant) -> RunId {
    let micros = now.micros().max(0).unsigned_abs();
    let at = uuid::Timestamp::from_unix(
        uuid::NoContext,
        micros / 1_000_000,
        u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0),
    );
    RunId::new(uuid::Uuid::new_v7(at).to_string()).unwrap_or_else(|_| unreachable!("a UUID is an identifier"))
}

/// Fails every stream of the run that has not ended, and the run.
async fn fail_run(engine: &Engine, run: Run, error: &SourceError) -> Result<Run, PortError> {
    let evidence = &error.to_string();
    let last = engine.clock.now();
    let notice = RunNotice { stream: None, kind: error.kind(), count: 1, detail: evidence.clone(), last };
    engine.repository.add_notices(&run.tenant, &run.id, &[notice]).await?;
    tracing::error!(tenant = %run.tenant, source = %run.source, run = %run.id, error = %evidence, "run failed");
    for stream in engine.repository.stream_runs(&run.tenant, &run.id).await? {
        if over(stream.state).is_some() {
            continue;
        }
        let end = StreamEnd {
            run: &run.id,
            stream: &stream.stream,
            state: StreamRunState::Failed,
            evidence,
            cursor: None,
            expected: None,
            ended: engine.clock.now(),
        };
        engine.repository.end_stream(&run.tenant, end).await?;
    }
    engine.end(&run).await
}

impl Engine {
    /// Reads the run's streams until they end or `deadline` comes. Streams wait for those they come
    /// `after`; an error of one stream leaves the others alone. Only one process reads a run at a time.
    /// `gate` is the one that the connector was opened with: what single requests met goes onto the run.
    pub async fn extract(
        &self,
        source: &SourceConfig,
        connector: &dyn Connector,
        gate: Option<&AccountGate>,
        run: Run,
        deadline: Instant,
    ) -> Result<ExtractReport, PortError> {
        let mut report = ExtractReport { run, ended: 0, failed: 0, left: 0, taken: false };
        if report.run.state != RunState::Extracting {
            return Ok(report);
        }
        let Some(claim) = self.claim(&report.run).await? else {
            report.taken = true;
            return Ok(report);
        };
        let run = report.run.clone();
        let reader = StreamReader {
            engine: self,
            source,
            connector,
            run: &run,
            claim: &claim,
            deadline,
            lost: AtomicBool::new(false),
        };
        let read = self.while_claimed(&reader, self.read_streams(&reader, &mut report));
        let read = match gate {
            Some(gate) => tokio::select! { read = read => read, never = gate.keep() => match never {} },
            None => read.await,
        };
        let met = gate.map(AccountGate::take_notices).unwrap_or_default();
        let noted = match met.as_slice() {
            [] => Ok(()),
            met => self.repository.add_notices(&source.tenant, &run.id, met).await,
        };
        self.release(&run, &claim).await;
        read?;
        noted.map(|()| report)
    }

    /// Does the work while the claim is prolonged. Both are polled together to the very end: one that waits
    /// in the middle of a transaction would hold up the other's, and with it itself.
    async fn while_claimed<T>(&self, reader: &StreamReader<'_>, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => return done,
            () = self.keep_claim(reader.run, reader.claim) => {}
        }
        tracing::warn!(run = %reader.run.id, "another process took the run over");
        reader.lost.store(true, Ordering::Relaxed);
        work.await
    }

    /// Prolongs the claim until another process has taken the run over; the pages under way are then the
    /// last.
    async fn keep_claim(&self, run: &Run, claim: &RunClaim) {
        let mut turns = tokio::time::interval(self.claim_life / 3);
        loop {
            turns.tick().await;
            match self.prolong(run, claim).await {
                Ok(Kept::Mine) => {}
                Ok(Kept::Lost) => return,
                Err(error) => tracing::warn!(run = %run.id, %error, "the claim was not prolonged"),
            }
        }
    }

    async fn read_streams(
        &self,
        reader: &StreamReader<'_>,
        report: &mut ExtractReport,
    ) -> Result<(), PortError> {
        let (source, run) = (reader.source, reader.run);
        let states = self.repository.stream_runs(&source.tenant, &run.id).await?;
        let specs = match reader.connector.streams().await {
            Ok(specs) => specs,
            Err(error) => {
                report.failed = states.len();
                report.run = fail_run(self, run.clone(), &error).await?;
                return Ok(());
            }
        };
        let (over, states): (Vec<_>, Vec<_>) = states.into_iter().partition(|s| over(s.state).is_some());
        report.failed += over.iter().filter(|s| s.state == StreamRunState::Failed).count();
        report.ended += over.iter().filter(|s| s.state != StreamRunState::Failed).count();
        let mut queue = Queue::new(specs, states);
        let mut reading = FuturesUnordered::new();
        let mut interrupted = None;
        loop {
            // Beginning a stream asks the source; without time to read it, that is for the next firing.
            while reading.len() < STREAMS_AT_ONCE
                && !reader.out_of_time()
                && let Some((state, optional)) = queue.next()
            {
                let stream = state.stream.clone();
                reading.push(async move { (stream, reader.read(state, optional).await) });
            }
            let Some((stream, result)) = reading.next().await else { break };
            match result {
                Ok(StreamResult::Ended) => report.ended += 1,
                Ok(StreamResult::Failed) => report.failed += 1,
                Ok(StreamResult::Left) => {
                    report.left += 1;
                    continue;
                }
                // An error of our own stores: the others read on, and the next firing resumes this one.
                Err(error) => {
                    tracing::error!(%stream, run = %run.id, %error, "stream interrupted");
                    interrupted = interrupted.or(Some(error));
                    continue;
                }
            }
            queue.done(&stream);
        }
        if let Some(error) = interrupted {
            return Err(error);
        }
        report.left += queue.waiting();
        if report.left == 0 {
            report.run = self.end(run).await?;
        }
        Ok(())
    }
}

/// Streams of a run that wait for their turn.
struct Queue {
    specs: Vec<StreamSpec>,
    waiting: Vec<StreamRun>,
    /// Waiting or being read.
    open: HashSet<StreamName>,
}

impl Queue {
    fn new(specs: Vec<StreamSpec>, waiting: Vec<StreamRun>) -> Self {
        let open = waiting.iter().map(|s| s.stream.clone()).collect();
        Self { specs, waiting, open }
    }

    /// A stream whose predecessors in this run are done. A stream that the connector no longer offers
    /// waits for nobody: reading it says so. Also, whether it is optional.
    fn next(&mut self) -> Option<(StreamRun, bool)> {
        let ready = |state: &StreamRun| {
            let spec = self.specs.iter().find(|s| s.stream == state.stream);
            spec.is_none_or(|s| s.after.iter().all(|a| !self.open.contains(a)))
        };
        let place = self.waiting.iter().position(ready)?;
        let state = self.waiting.remove(place);
        let spec = self.specs.iter().find(|spec| spec.stream == state.stream);
        Some((state, spec.is_some_and(|spec| spec.optional)))
    }

    fn done(&mut self, stream: &StreamName) {
        self.open.remove(stream);
    }

    fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{SourceId, TenantId};

    fn run(bound: i64) -> Run {
        Run {
            id: new_run_id(Instant::EPOCH),
            tenant: TenantId::new("acme").unwrap_or_else(|_| unreachable!("a name")),
            source: SourceId::new("books").unwrap_or_else(|_| unreachable!("a name")),
            trigger: Trigger::Schedule,
            state: RunState::Extracted,
            started: Instant::EPOCH,
            bound: Instant::from_micros(bound),
            ended: None,
        }
    }

    #[test]
    fn runs_that_begin_in_one_second_have_bounds_in_order_and_a_clock_that_went_back_is_believed() {
        let second = 1_000_000;
        let bound = |last: i64, now: i64| later_than(Some(&run(last)), Instant::from_micros(now)).micros();
        assert_eq!(bound(5 * second, 5 * second), 5 * second + 1);
        assert_eq!(bound(5 * second + 1, 5 * second), 5 * second + 2);
        assert_eq!(bound(5 * second + 2, 6 * second), 6 * second);
        assert_eq!(bound(600 * second, 5 * second), 5 * second);
        assert_eq!(later_than(None, Instant::EPOCH), Instant::EPOCH);
    }
}
