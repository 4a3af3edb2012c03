//! One stream of a run: page by page, in parts side by side where that is worth it, to an end that is
//! proven.

mod counts;
mod discovery;
mod progress;

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_model::{
    Cursor, Instant, NoticeKind, Run, RunNotice, SourceConfig, StreamName, StreamRun, StreamRunState,
};
use forebay_ports::repository::{StreamEnd, VersionedSchema};
use forebay_ports::{Connector, PageRequest, PortError, SourceError, SourcePage};
use futures::stream::{FuturesUnordered, StreamExt};

use self::progress::{Advance, Progress};
use crate::claim::RunClaim;
use crate::engine::Engine;
use crate::land::Place;

/// How one stream's part of an extraction went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamResult {
    Ended,
    Failed,
    /// Time ran out, or the account takes no requests for a while; the next firing goes on at the same page.
    Left,
}

/// Why reading stopped.
pub(crate) enum Stop {
    Source(SourceError),
    Port(PortError),
}

impl From<SourceError> for Stop {
    fn from(e: SourceError) -> Self {
        Stop::Source(e)
    }
}

impl From<PortError> for Stop {
    fn from(e: PortError) -> Self {
        Stop::Port(e)
    }
}

/// How often a stream may change its mind (lose a race, drop columns, start over) without landing a page
/// before it fails.
const MAX_DETOURS: u32 = 8;
/// Parts of one stream read at once. The account's budget has the last word.
const PARTS_AT_ONCE: usize = 4;

pub(crate) struct StreamReader<'a> {
    pub engine: &'a Engine,
    pub source: &'a SourceConfig,
    pub connector: &'a dyn Connector,
    pub run: &'a Run,
    pub claim: &'a RunClaim,
    pub deadline: Instant,
    /// Another process has taken the run over.
    pub lost: AtomicBool,
}

/// What a stretch of pages came to.
enum Turn {
    Ended {
        cursor: Cursor,
        proof: String,
    },
    Left,
    /// The source refuses columns.
    Rejected {
        columns: Vec<String>,
        detail: String,
    },
    /// A part's cursor is no longer valid.
    Gone {
        part: usize,
        detail: String,
    },
    /// Another extractor is ahead.
    Behind,
}

impl StreamReader<'_> {
    /// Reads the stream from where it stands. An error of the source ends the stream as failed, with the
    /// error as evidence; an error of our own stores leaves it as it is, to be resumed.
    pub async fn read(&self, state: StreamRun, optional: bool) -> Result<StreamResult, PortError> {
        let stream = state.stream.clone();
        // What was loaded once is missed when it is refused: that is no matter of course any more.
        let optional = optional && state.cursor.is_none() && state.pages == 0;
        let error = match self.pages(state, optional).await {
            Ok(result) => return Ok(result),
            Err(Stop::Port(error)) => return Err(error),
            Err(Stop::Source(error)) => error,
        };
        let evidence = error.to_string();
        match error {
            SourceError::Forbidden { .. } if optional && !self.is_loaded(&stream).await? => {
                tracing::info!(%stream, run = %self.run.id, evidence, "optional stream skipped");
                self.end(&stream, StreamRunState::Skipped, &evidence, None, None).await?;
                return Ok(StreamResult::Ended);
            }
            SourceError::Throttled { .. } => {
                tracing::warn!(tenant = %self.source.tenant, source = %self.source.id, %stream, run = %self.run.id, evidence, "stream waits for the source");
                self.note(Some(&stream), NoticeKind::Throttled, evidence).await?;
                return Ok(StreamResult::Left);
            }
            _ => {}
        }
        tracing::warn!(tenant = %self.source.tenant, source = %self.source.id, %stream, run = %self.run.id, error = %evidence, "stream failed");
        self.note(Some(&stream), error.kind(), evidence.clone()).await?;
        self.end(&stream, StreamRunState::Failed, &evidence, None, None).await?;
        Ok(StreamResult::Failed)
    }

    /// Whether there are records of the stream, be it of this run.
    async fn is_loaded(&self, stream: &StreamName) -> Result<bool, PortError> {
        let (repository, tenant, source) = (&self.engine.repository, &self.source.tenant, &self.source.id);
        if self.reload(stream).await?.pages > 0 {
            return Ok(true);
        }
        let Some(known) = repository.discovered(tenant, source, stream).await? else { return Ok(false) };
        Ok(repository.count_records(tenant, source, &known.schema.schema).await? > 0)
    }

    async fn pages(&self, mut state: StreamRun, optional: bool) -> Result<StreamResult, Stop> {
        let stream = state.stream.clone();
        let described = self.describe(&state, optional).await?;
        let mut schema = described.schema;
        let (tenant, now) = (&self.source.tenant, self.engine.clock.now());
        self.engine.repository.begin_stream(tenant, &self.run.id, &stream, now).await?;
        if described.starts_over {
            (state.start, state.cursor) = (None, None);
        }
        let start = Progress::read(state.cursor.as_ref());
        // A request each, side by side.
        let (expected, sliced) = futures::join!(self.expect(&schema, &state), self.sliced(&schema, start));
        expected?;
        let mut progress = sliced?;
        // Records that were read before the stream started over: they are no part of its count.
        let (mut detours, mut before_restart) = (0, 0);
        loop {
            let before = state.pages;
            let turn = self.turn(&schema, &mut state, &mut progress).await?;
            detours = if state.pages > before { 1 } else { detours + 1 };
            if detours > MAX_DETOURS {
                let evidence = format!("page {} could not be read in {MAX_DETOURS} attempts", state.pages);
                return Err(SourceError::Contradiction { stream, evidence }.into());
            }
            match turn {
                Turn::Left => return Ok(StreamResult::Left),
                Turn::Ended { cursor, proof } => {
                    let expected = self.reconcile(&schema, &state, before_restart).await?;
                    self.end(&stream, StreamRunState::Ended, &proof, Some(&cursor), expected).await?;
                    return Ok(StreamResult::Ended);
                }
                Turn::Rejected { columns, detail } => {
                    let described = self.without_columns(&state, &columns, detail).await?;
                    schema = described.schema;
                    if described.starts_over {
                        (state.start, state.cursor) = (None, None);
                        progress = self.sliced(&schema, Progress::Whole(None)).await?;
                        self.expect(&schema, &state).await?;
                    }
                }
                Turn::Gone { part, detail } => {
                    self.note(Some(&stream), NoticeKind::GoneCursor, detail).await?;
                    progress = progress.restart(part);
                    if progress.cursor().is_none() {
                        state.start = None;
                        before_restart = state.records;
                        self.expect(&schema, &state).await?;
                    }
                }
                Turn::Behind => {
                    state = self.reload(&stream).await?;
                    if let Some(result) = over(state.state) {
                        return Ok(result);
                    }
                    progress = Progress::read(state.cursor.as_ref());
                }
            }
        }
    }

    /// A first load may be read in parts.
    async fn sliced(&self, schema: &VersionedSchema, progress: Progress) -> Result<Progress, Stop> {
        if progress != Progress::Whole(None) {
            return Ok(progress);
        }
        let slices = match self.connector.slices(self.request(schema, None)).await {
            Ok(slices) => slices,
            // Reading it will meet them too, and knows what to do.
            Err(SourceError::RejectedColumns { .. } | SourceError::GoneCursor { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(slices.filter(|s| s.begin.len() > 1).map_or(progress, Progress::of_slices))
    }

    /// Reads and lands pages until something else is to be done than reading the next.
    async fn turn(
        &self,
        schema: &VersionedSchema,
        state: &mut StreamRun,
        progress: &mut Progress,
    ) -> Result<Turn, Stop> {
        let (mut reading, mut busy) = (FuturesUnordered::new(), HashSet::new());
        let mut read = VecDeque::new();
        loop {
            // When time runs out the pages under way are still landed.
            let open = if self.out_of_time() { Vec::new() } else { progress.open() };
            for (part, cursor) in open {
                if busy.len() < PARTS_AT_ONCE && busy.insert(part) {
                    reading.push(self.read_part(schema, part, cursor));
                }
            }
            let next = match read.pop_front() {
                Some(next) => Some(next),
                None => reading.next().await,
            };
            let Some((part, result)) = next else { return Ok(Turn::Left) };
            busy.remove(&part);
            let page = match result {
                Ok(page) => page,
                Err(SourceError::RejectedColumns { columns, detail, .. }) => {
                    return Ok(Turn::Rejected { columns, detail });
                }
                Err(SourceError::GoneCursor { detail, .. }) => return Ok(Turn::Gone { part, detail }),
                Err(error) => return Err(error.into()),
            };
            let advance = progress.after(part, &page.next);
            // The other parts read on meanwhile: one that waits in the middle of something is never left there.
            let landed = {
                let mut landing = std::pin::pin!(self.land(state, schema.version, &page, &advance));
                loop {
                    tokio::select! {
                        landed = &mut landing => break landed,
                        Some(other) = reading.next() => read.push_back(other),
                    }
                }
            };
            match landed {
                Ok(()) => {}
                Err(PortError::Conflict { .. }) => return Ok(Turn::Behind),
                Err(error) => return Err(error.into()),
            }
            match advance {
                Advance::More(next) => *progress = next,
                Advance::End { cursor, proof } => return Ok(Turn::Ended { cursor, proof }),
            }
        }
    }

    pub fn out_of_time(&self) -> bool {
        self.lost.load(Ordering::Relaxed) || self.engine.clock.now() >= self.deadline
    }

    async fn read_part(
        &self,
        schema: &VersionedSchema,
        part: usize,
        cursor: Option<Cursor>,
    ) -> (usize, Result<SourcePage, SourceError>) {
        (part, self.connector.read_page(self.request(schema, cursor.as_ref())).await)
    }

    fn request<'r>(&self, schema: &'r VersionedSchema, cursor: Option<&'r Cursor>) -> PageRequest<'r> {
        PageRequest { schema: &schema.schema, cursor, bound: self.run.bound }
    }

    async fn land(
        &self,
        state: &mut StreamRun,
        schema_version: u32,
        page: &SourcePage,
        advance: &Advance,
    ) -> Result<(), PortError> {
        if page.records == 0 && page.replaces.is_empty() {
            return Ok(());
        }
        let place = Place {
            source: self.source,
            run: self.run,
            stream: &state.stream,
            sequence: state.pages,
            schema_version,
        };
        let cursor = match advance {
            Advance::More(progress) => progress.cursor(),
            Advance::End { cursor, .. } => Some(cursor.clone()),
        };
        // After a page there is always a cursor.
        let cursor = cursor.unwrap_or_else(|| Cursor::new(""));
        self.engine.land(place, page, &cursor).await?;
        state.pages += 1;
        state.records += u64::from(page.records);
        Ok(())
    }

    async fn reload(&self, stream: &StreamName) -> Result<StreamRun, PortError> {
        let states = self.engine.repository.stream_runs(&self.source.tenant, &self.run.id).await?;
        states
            .into_iter()
            .find(|s| s.stream == *stream)
            .ok_or_else(|| PortError::NotFound { what: format!("stream {stream} of run {}", self.run.id) })
    }

    /// Writes what a person should know of onto the run.
    async fn note(
        &self,
        stream: Option<&StreamName>,
        kind: NoticeKind,
        detail: String,
    ) -> Result<(), PortError> {
        tracing::warn!(?stream, run = %self.run.id, ?kind, detail, "noted");
        let notice =
            RunNotice { stream: stream.cloned(), kind, count: 1, detail, last: self.engine.clock.now() };
        self.engine.repository.add_notices(&self.source.tenant, &self.run.id, &[notice]).await
    }

    async fn end(
        &self,
        stream: &StreamName,
        state: StreamRunState,
        evidence: &str,
        cursor: Option<&Cursor>,
        expected: Option<u64>,
    ) -> Result<(), PortError> {
        let ended = self.engine.clock.now();
        let end = StreamEnd { run: &self.run.id, stream, state, evidence, cursor, expected, ended };
        self.engine.repository.end_stream(&self.source.tenant, end).await
    }
}

/// How a stream ended that has nothing left to be read.
pub(crate) fn over(state: StreamRunState) -> Option<StreamResult> {
    match state {
        StreamRunState::Ended | StreamRunState::Skipped => Some(StreamResult::Ended),
        StreamRunState::Failed => Some(StreamResult::Failed),
        StreamRunState::Pending | StreamRunState::Reading => None,
    }
}
