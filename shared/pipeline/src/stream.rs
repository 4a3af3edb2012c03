//! One stream of a run: page by page, to an end that is proven.

use forebay_model::{
    Cursor, Instant, Run, SourceConfig, StreamName, StreamRun, StreamRunState, StreamSchema,
};
use forebay_ports::repository::{StreamEnd, VersionedSchema};
use forebay_ports::{Connector, NextPage, PageRequest, PortError, SourceError, SourcePage};

use crate::engine::Engine;
use crate::land::Place;

/// How one stream's part of an extraction went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamResult {
    Ended,
    Failed,
    /// Time ran out; the next firing goes on at the same page.
    OutOfTime,
}

/// Why reading stopped.
enum Stop {
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

/// How often one page may change its mind (lose a race, drop columns, start over) before the stream fails.
const MAX_DETOURS: u32 = 8;

pub(crate) struct StreamReader<'a> {
    pub engine: &'a Engine,
    pub source: &'a SourceConfig,
    pub connector: &'a dyn Connector,
    pub run: &'a Run,
    pub deadline: Instant,
}

impl StreamReader<'_> {
    /// Reads the stream from where it stands. An error of the source ends the stream as failed, with the
    /// error as evidence; an error of our own stores leaves it as it is, to be resumed.
    pub async fn read(&self, state: StreamRun) -> Result<StreamResult, PortError> {
        let stream = state.stream.clone();
        match state.state {
            StreamRunState::Ended | StreamRunState::Skipped => return Ok(StreamResult::Ended),
            StreamRunState::Failed => return Ok(StreamResult::Failed),
            StreamRunState::Pending | StreamRunState::Reading => {}
        }
        match self.pages(state).await {
            Ok(result) => Ok(result),
            Err(Stop::Port(error)) => Err(error),
            Err(Stop::Source(error)) => {
                let evidence = error.to_string();
                tracing::warn!(tenant = %self.source.tenant, source = %self.source.id, %stream, run = %self.run.id, error = %evidence, "stream failed");
                self.end(&stream, StreamRunState::Failed, &evidence, None, None).await?;
                Ok(StreamResult::Failed)
            }
        }
    }

    async fn pages(&self, mut state: StreamRun) -> Result<StreamResult, Stop> {
        let stream = state.stream.clone();
        let mut schema = self.save(&self.connector.discover(&stream).await?).await?;
        self.engine
            .repository
            .begin_stream(&self.source.tenant, &self.run.id, &stream, self.engine.clock.now())
            .await?;
        let mut detours = 0;
        loop {
            if self.engine.clock.now() >= self.deadline {
                return Ok(StreamResult::OutOfTime);
            }
            if detours > MAX_DETOURS {
                let evidence = format!("page {} could not be read in {MAX_DETOURS} attempts", state.pages);
                return Err(SourceError::Contradiction { stream, evidence }.into());
            }
            let request = self.request(&schema.schema, state.cursor.as_ref());
            let page = match self.connector.read_page(request).await {
                Ok(page) => page,
                Err(SourceError::RejectedColumns { columns, detail, .. }) => {
                    tracing::warn!(%stream, ?columns, detail, "columns dropped: the source rejects them");
                    let found = self.connector.discover(&stream).await?;
                    schema = self.save(&without(&found, &columns)?).await?;
                    detours += 1;
                    continue;
                }
                Err(SourceError::GoneCursor { detail, .. }) => {
                    tracing::warn!(%stream, detail, "the stream starts over");
                    state.cursor = None;
                    state.start = None;
                    detours += 1;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            match self.land(&state, schema.version, &page).await {
                Ok(()) => detours = 0,
                Err(PortError::Conflict { .. }) => {
                    state = self.reload(&stream).await?;
                    match state.state {
                        StreamRunState::Ended | StreamRunState::Skipped => return Ok(StreamResult::Ended),
                        StreamRunState::Failed => return Ok(StreamResult::Failed),
                        StreamRunState::Pending | StreamRunState::Reading => detours += 1,
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            state.pages += u32::from(page.records > 0);
            match page.next {
                NextPage::More(cursor) => state.cursor = Some(cursor),
                NextPage::End { cursor, proof } => {
                    let expected = self.expected(&schema.schema, &state).await;
                    self.end(&stream, StreamRunState::Ended, &proof, Some(&cursor), expected).await?;
                    return Ok(StreamResult::Ended);
                }
            }
        }
    }

    /// What the source counts for the run's window. The end is proven without it, so a source that does
    /// not answer now costs the comparison, not the stream.
    async fn expected(&self, schema: &StreamSchema, state: &StreamRun) -> Option<u64> {
        match self.connector.count(self.request(schema, state.start.as_ref())).await {
            Ok(count) => count,
            Err(error) => {
                tracing::warn!(stream = %state.stream, run = %self.run.id, %error, "the source did not count");
                None
            }
        }
    }

    fn request<'r>(&self, schema: &'r StreamSchema, cursor: Option<&'r Cursor>) -> PageRequest<'r> {
        PageRequest { schema, cursor, bound: self.run.bound }
    }

    async fn land(&self, state: &StreamRun, schema_version: u32, page: &SourcePage) -> Result<(), PortError> {
        if page.records == 0 {
            return Ok(());
        }
        let place = Place {
            source: self.source,
            run: self.run,
            stream: &state.stream,
            sequence: state.pages,
            schema_version,
        };
        let (NextPage::More(cursor) | NextPage::End { cursor, .. }) = &page.next;
        self.engine.land(place, page, cursor).await
    }

    async fn save(&self, schema: &StreamSchema) -> Result<VersionedSchema, PortError> {
        let repository = &self.engine.repository;
        let saved = repository.save_schema(&self.source.tenant, &self.source.id, schema).await?;
        repository.prepare_table(schema).await?;
        Ok(saved)
    }

    async fn reload(&self, stream: &StreamName) -> Result<StreamRun, PortError> {
        let states = self.engine.repository.stream_runs(&self.source.tenant, &self.run.id).await?;
        states
            .into_iter()
            .find(|s| s.stream == *stream)
            .ok_or_else(|| PortError::NotFound { what: format!("stream {stream} of run {}", self.run.id) })
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

/// The schema without the rejected columns. What identifies, orders or deletes records cannot be missed:
/// without it records would be lost in silence, so the stream fails instead.
fn without(schema: &StreamSchema, rejected: &[String]) -> Result<StreamSchema, SourceError> {
    let mut schema = schema.clone();
    schema.columns.retain(|c| !rejected.contains(&c.name));
    let tombstones =
        schema.tombstones.iter().flat_map(|t| [&t.key_column, &t.type_column, &t.deleted_column]);
    let parent = schema.parent.iter().map(|p| &p.column);
    let needed = schema.key.iter().chain(&schema.modified).chain(tombstones).chain(parent);
    let missed: Vec<String> = needed.filter(|name| schema.column(name).is_none()).cloned().collect();
    if missed.is_empty() {
        return Ok(schema);
    }
    Err(SourceError::RejectedColumns {
        stream: schema.stream,
        columns: missed,
        detail: "the stream cannot be read without them; give the integration's role access to them".into(),
    })
}
