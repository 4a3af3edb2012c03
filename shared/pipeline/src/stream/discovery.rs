//! A stream's schema for a run: remembered from the last discovery, or discovered anew; and what changed.

mod drift;

use std::time::Duration;

use forebay_model::{
    ContentHash, DeadLetterId, DeadLetterState, HistoryMode, Instant, NoticeKind, StreamName, StreamRun,
    StreamSchema, Trigger, Value,
};
use forebay_ports::repository::{DeadLetterFilter, Discovered, Refused, Slice, VersionedSchema};
use forebay_ports::{PortError, SourceError};

use self::drift::{Drift, without};
use super::{Stop, StreamReader};

/// How long a discovery is good for. Setting `discovery_hours` of a source.
const DISCOVERY_HOURS: u64 = 24;
/// Dead letters tried again in one go after a type became wider.
const LETTERS: u32 = 1_000;

/// What a run reads a stream by.
pub(crate) struct Described {
    pub schema: VersionedSchema,
    /// A column is back whose values were missed: the stream is read from its beginning.
    pub starts_over: bool,
}

impl StreamReader<'_> {
    /// The schema to begin with. That an optional stream was refused is remembered like a discovery.
    pub(super) async fn describe(&self, state: &StreamRun, optional: bool) -> Result<Described, Stop> {
        let (stream, source) = (&state.stream, self.source);
        let known = self.engine.repository.discovered(&source.tenant, &source.id, stream).await?;
        if optional && let Some(refused) = self.refusal(stream, known.as_ref()).await? {
            let detail = format!("{} (asked at {})", refused.detail, refused.at);
            return Err(SourceError::Forbidden { stream: stream.clone(), detail }.into());
        }
        let fresh = known.as_ref().filter(|known| self.is_fresh(known));
        if let Some(known) = fresh
            && self.refused_types(stream, Some(known.at)).await?.is_empty()
        {
            return Ok(Described { schema: known.schema.clone(), starts_over: false });
        }
        match (self.connector.discover(stream).await, known) {
            (Ok(found), known) => self.take(state, found, known, &[]).await,
            // What was found before still reads the stream.
            (Err(SourceError::Transient { detail } | SourceError::Throttled { detail, .. }), Some(known)) => {
                tracing::warn!(%stream, detail, "discovery failed for now; the last one is used");
                Ok(Described { schema: known.schema, starts_over: false })
            }
            (Err(SourceError::Forbidden { stream: named, detail }), _) if optional => {
                let (at, settings) = (self.engine.clock.now(), self.settings());
                let refused = Refused { at, settings, detail: detail.clone() };
                let repository = &self.engine.repository;
                repository.save_refused(&source.tenant, &source.id, stream, &refused).await?;
                Err(SourceError::Forbidden { stream: named, detail }.into())
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// That the source refused the stream a short while ago, under the same settings, and nothing was found
    /// since. Whoever asks for a run by hand may just have been given access: then the source is asked.
    async fn refusal(
        &self,
        stream: &StreamName,
        known: Option<&Discovered>,
    ) -> Result<Option<Refused>, PortError> {
        if self.run.trigger == Trigger::OnDemand {
            return Ok(None);
        }
        let source = self.source;
        let refused = self.engine.repository.refused(&source.tenant, &source.id, stream).await?;
        Ok(refused.filter(|refused| {
            known.is_none_or(|known| known.at < refused.at) && self.holds(refused.at, &refused.settings)
        }))
    }

    /// The source refuses columns: the stream is read on without them, and remembers to read them from
    /// the beginning when they return.
    pub(super) async fn without_columns(
        &self,
        state: &StreamRun,
        columns: &[String],
        detail: String,
    ) -> Result<Described, Stop> {
        let stream = &state.stream;
        let source = self.source;
        let known = self.engine.repository.discovered(&source.tenant, &source.id, stream).await?;
        let found = without(&self.connector.discover(stream).await?, columns)?;
        let noted = format!("{}: {detail}", columns.join(", "));
        self.note(Some(stream), NoticeKind::RejectedColumns, noted).await?;
        self.take(state, found, known, columns).await
    }

    /// Takes up what discovery found, and says what changed. `rejected` were refused just now.
    async fn take(
        &self,
        state: &StreamRun,
        mut found: StreamSchema,
        known: Option<Discovered>,
        rejected: &[String],
    ) -> Result<Described, Stop> {
        let stream = &state.stream;
        found.history = self.history(stream);
        let drift = Drift::between(known.as_ref(), &mut found, rejected)
            .map_err(|evidence| SourceError::Contradiction { stream: stream.clone(), evidence })?;
        for (kind, columns) in drift.notices() {
            self.note(Some(stream), kind, columns.join(", ")).await?;
        }
        let repository = &self.engine.repository;
        let (tenant, source) = (&self.source.tenant, &self.source.id);
        let schema = repository.save_schema(tenant, source, &found).await?;
        repository.prepare_table(&found).await?;
        let starts_over = known.is_some() && !self.values_missed(&drift).is_empty();
        if starts_over {
            // First: whatever happens next, the stream's next page is its first.
            repository.restart_stream(tenant, &self.run.id, stream, self.claim.holder()).await?;
        }
        let within = starts_over && state.pages > 0;
        let discovered = Discovered {
            schema: schema.clone(),
            at: self.engine.clock.now(),
            settings: self.settings(),
            rejected: drift.rejected.clone(),
        };
        repository.save_discovered(tenant, source, stream, &discovered).await?;
        if !drift.widened.is_empty() {
            self.replay_refused_types(stream).await?;
        }
        if within {
            // Records are as new as their run: read again by the same one, they could not be told from before.
            let missed = self.values_missed(&drift).into_iter().cloned().collect::<Vec<_>>().join(", ");
            let detail = format!(
                "columns came while it was read ({missed}); the next run reads it from its beginning"
            );
            return Err(SourceError::GoneCursor { stream: stream.clone(), detail }.into());
        }
        Ok(Described { schema, starts_over })
    }

    /// Columns whose values the records that were read before lack. A new column is as good as one that
    /// returns: it may have been filled by a default, or have been there for others all the time. Setting
    /// `reread_new_columns` of a source, `false` for new columns that need no past.
    fn values_missed<'d>(&self, drift: &'d Drift) -> Vec<&'d String> {
        let setting = self.source.settings.get("reread_new_columns");
        let rereads = setting.is_none_or(|text| text.trim() != "false");
        drift.returned.iter().chain(drift.added.iter().filter(|_| rereads)).collect()
    }

    fn is_fresh(&self, known: &Discovered) -> bool {
        known.schema.schema.history == self.history(&known.schema.schema.stream)
            && self.holds(known.at, &known.settings)
    }

    /// Whether what was learned then, under those settings, is still to be believed.
    fn holds(&self, at: Instant, settings: &str) -> bool {
        let hours = self.source.settings.get("discovery_hours").and_then(|text| text.parse::<u64>().ok());
        let life = Duration::from_secs(hours.unwrap_or(DISCOVERY_HOURS).saturating_mul(3_600));
        let until = at.plus_seconds(i64::try_from(life.as_secs()).unwrap_or(i64::MAX));
        settings == self.settings() && self.engine.clock.now() < until
    }

    /// A discovery under other settings is another discovery.
    fn settings(&self) -> String {
        let text = serde_json::to_string(&self.source.settings).unwrap_or_default();
        ContentHash::of(&[Value::Text(text)]).to_hex()
    }

    /// Setting `current_only` of a source: streams whose history is not kept, by comma; `*` for all.
    fn history(&self, stream: &StreamName) -> HistoryMode {
        let named = self.source.settings.get("current_only").map_or("", String::as_str);
        let is_named = named.split(',').map(str::trim).any(|name| name == "*" || name == stream.as_str());
        if is_named { HistoryMode::Current } else { HistoryMode::Full }
    }

    /// Records of the stream that wait as dead letters because a value did not fit its column's type:
    /// those since the last discovery are a reason to ask for the types again.
    async fn refused_types(
        &self,
        stream: &StreamName,
        since: Option<Instant>,
    ) -> Result<Vec<DeadLetterId>, PortError> {
        let filter = DeadLetterFilter {
            source: Some(self.source.id.clone()),
            stream: Some(stream.clone()),
            run: None,
            state: Some(DeadLetterState::Open),
        };
        let slice = Slice { after: None, limit: LETTERS };
        let letters = self.engine.repository.dead_letters(&self.source.tenant, &filter, slice).await?;
        let refused = letters.into_iter().filter(|letter| letter.code == "type_mismatch");
        let recent = refused.filter(|letter| since.is_none_or(|since| letter.created > since));
        Ok(recent.map(|letter| letter.id).collect())
    }

    /// Records that did not fit are tried again under the wider type.
    async fn replay_refused_types(&self, stream: &StreamName) -> Result<(), PortError> {
        let letters = self.refused_types(stream, None).await?;
        if !letters.is_empty() {
            tracing::info!(%stream, letters = letters.len(), "dead letters tried again under a wider type");
            self.engine.replay(&self.source.tenant, &letters).await?;
        }
        Ok(())
    }
}
