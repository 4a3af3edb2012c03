//! A stream's part of a run, once it has ended and is profiled: what rules came to, and whether it was unusual.

use forebay_anomalies::metrics::StreamFacts;
use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::profile::ColumnProfile;
use forebay_model::rule::{RuleOutcome, VersionedRule};
use forebay_model::{Instant, NoticeKind, RunId, RunNotice, SourceId, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Measurable, PeriodQuery, StateKind, StoredOutcome, StoredState};
use forebay_profiling::ColumnState;

use crate::engine::Engine;
use crate::excluded::Excluded;
use crate::judge::{HISTORY_SECONDS, Measured};

/// So often a part is tried that cannot be measured, though its source's others can.
const MOST_TRIES: u64 = 5;
/// Between why a part could not be measured and which try that was: true also once a later one succeeded.
const THAT_WAS: &str = "; that was try ";

/// After so long no other part is begun: whoever called has work to do as well, and the next call goes on.
const CALL_SECONDS: i64 = 120;

/// Runs that began longer ago are not measured any more: what they would be compared with has gone by.
const MEASURED_BACK_SECONDS: i64 = 7 * 86_400;

/// A run is compared with the newest one before it that had records, if that began no longer ago: as far as baselines
/// look back. What was further off tells of the time between, not of the run.
const COMPARED_BACK_SECONDS: i64 = HISTORY_SECONDS;
/// The store finds that run by what became of its pages, in one read. Each excluded time costs another read, as does a
/// run all of whose records were applied and yet observed by nobody: so many at most, then it is compared with none.
const PERIODS_PASSED: usize = 10;

/// So many newest points are looked through for one of an earlier run: this one is measured after later ones only
/// where a page of it was late, or it is measured again.
const POINTS_BACK: u32 = 100;

/// What one call measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measuring {
    /// Streams' parts of runs that are through now.
    pub parts: usize,
    /// Whether others can be measured by another call at once.
    pub left: bool,
}

/// What was seen of a stream in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub schema: &'a StreamSchema,
    pub run: &'a RunId,
    /// Of its profile.
    pub revision: u64,
    pub states: &'a [StoredState],
    pub rules: &'a [VersionedRule],
}

/// Whose data it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Of<'a> {
    pub tenant: &'a TenantId,
    pub source: &'a SourceId,
}

impl Engine {
    /// Measures what of the source's runs has ended, is profiled and is not measured yet, the oldest run first, as
    /// far as it gets in two minutes. Killed at any instruction it is done again whole by the next call, and comes to
    /// the same. An error where nothing could be measured of what is there; a part that can never be is given up
    /// after five tries, which its run says.
    pub async fn measure(&self, tenant: &TenantId, source: &SourceId) -> Result<Measuring, PortError> {
        let since = self.clock.now().plus_seconds(-MEASURED_BACK_SECONDS);
        let limit = usize::try_from(self.parts_at_once).unwrap_or(usize::MAX);
        let one_more = self.parts_at_once.saturating_add(1);
        let open = self.repository.measurable(tenant, source, since, one_more).await?;
        if open.is_empty() {
            return Ok(Measuring::default());
        }
        let of = Of { tenant, source };
        let schemas = self.repository.schemas(tenant, source).await?;
        let (mut parts, mut failed) = (0, None);
        let until = self.clock.now().plus_seconds(CALL_SECONDS);
        for part in open.iter().take(limit) {
            if parts > 0 && self.clock.now() >= until {
                break;
            }
            let schema = schemas.iter().find(|s| s.schema.stream == part.stream).map(|s| &s.schema);
            match self.measure_part(of, schema, part).await {
                Ok(()) => {
                    parts += 1;
                    if let Err(error) = self.say_measured_after_all(of, part).await {
                        tracing::warn!(%tenant, %source, %error, "a run does not say that it is measured after all");
                    }
                }
                // One stream that cannot be measured keeps none of the others from it.
                Err(error) => {
                    let Measurable { run, stream, .. } = part;
                    tracing::warn!(%tenant, %source, %run, %stream, %error, "a stream could not be measured");
                    match self.give_part_up(of, part, &error).await {
                        Ok(true) => parts += 1,
                        Ok(false) | Err(_) => failed = failed.or(Some(error)),
                    }
                }
            }
        }
        match failed {
            Some(error) if parts == 0 => Err(error),
            _ => Ok(Measuring { parts, left: parts < open.len() }),
        }
    }

    /// Says on its run that a part could not be measured, and gives it up where that was tried so often that it
    /// never will be. What may be over soon is not counted.
    async fn give_part_up(
        &self,
        of: Of<'_>,
        part: &Measurable,
        error: &PortError,
    ) -> Result<bool, PortError> {
        if error.is_retryable() {
            return Ok(false);
        }
        let (kind, stream) = (NoticeKind::NotMeasured, Some(part.stream.clone()));
        let notices = self.repository.notices(of.tenant, &part.run).await?;
        let known = notices.iter().find(|notice| notice.kind == kind && notice.stream == stream);
        let tries = known.map_or(0, |notice| notice.count) + 1;
        let and_now = if tries < MOST_TRIES { "" } else { ", and it is not tried again" };
        let detail = format!("{error}{THAT_WAS}{tries} of {MOST_TRIES}{and_now}");
        let notice = RunNotice { stream, kind, count: 1, detail, last: self.clock.now() };
        self.repository.add_notices(of.tenant, &part.run, &[notice]).await?;
        if tries < MOST_TRIES {
            return Ok(false);
        }
        self.repository.mark_measured(of.tenant, &part.run, &part.stream, part.revision).await?;
        Ok(true)
    }

    /// Where a run says that tries to measure a part failed, it says that a later one did not.
    async fn say_measured_after_all(&self, of: Of<'_>, part: &Measurable) -> Result<(), PortError> {
        let (kind, stream) = (NoticeKind::NotMeasured, Some(part.stream.clone()));
        let notices = self.repository.notices(of.tenant, &part.run).await?;
        let known = notices.iter().find(|notice| notice.kind == kind && notice.stream == stream);
        let Some((why, _)) = known.and_then(|notice| notice.detail.rsplit_once(THAT_WAS)) else {
            return Ok(());
        };
        let detail = format!("{why}; a later try succeeded: it is measured");
        let notice = RunNotice { stream, kind, count: 0, detail, last: self.clock.now() };
        self.repository.add_notices(of.tenant, &part.run, &[notice]).await
    }

    /// Whether there is anything to measure.
    pub(crate) async fn is_measurable(
        &self,
        tenant: &TenantId,
        source: &SourceId,
    ) -> Result<bool, PortError> {
        let since = self.clock.now().plus_seconds(-MEASURED_BACK_SECONDS);
        Ok(!self.repository.measurable(tenant, source, since, 1).await?.is_empty())
    }

    async fn measure_part(
        &self,
        of: Of<'_>,
        schema: Option<&StreamSchema>,
        part: &Measurable,
    ) -> Result<(), PortError> {
        if let Some(schema) = schema {
            self.measure_stream(of, schema, part).await?;
        }
        // Last: whatever was not done by now is done again.
        self.repository.mark_measured(of.tenant, &part.run, &part.stream, part.revision).await
    }

    async fn measure_stream(
        &self,
        of: Of<'_>,
        schema: &StreamSchema,
        part: &Measurable,
    ) -> Result<(), PortError> {
        let Measurable { run, stream, .. } = part;
        let (_, states) = self.repository.run_profiles(of.tenant, run, stream).await?;
        let profiles = profiles(&states);
        let rules = self.rules_of(of.tenant, of.source, stream).await?;
        let seen = Seen { schema, run, revision: part.revision, states: &states, rules: &rules };
        let outcomes = self.outcomes(of, &seen).await?;
        // They are large, and the run before has as many.
        drop(states);
        let excluded = self.excluded(of, stream, part.started).await?;
        let previous = match has_rows(&profiles) {
            true => self.profiles_before(of, part, &excluded).await?,
            // Of a run without records nothing is compared.
            false => Vec::new(),
        };
        let at = self.clock.now();
        let stored = |outcome: &RuleOutcome| StoredOutcome {
            source: of.source.clone(),
            stream: stream.clone(),
            at,
            outcome: outcome.clone(),
        };
        let stored: Vec<StoredOutcome> = outcomes.iter().map(stored).collect();
        self.repository.save_outcomes(of.tenant, &stored).await?;
        let runs = self.repository.stream_runs(of.tenant, run).await?;
        let newest_change = match newest_change(schema, &profiles) {
            None if schema.modified.is_some() => self.newest_change_before(of, part).await?,
            own => own,
        };
        let facts = StreamFacts {
            source: of.source.clone(),
            stream: stream.clone(),
            records: runs.iter().find(|r| r.stream == *stream).map_or(0, |r| r.records),
            started: part.started,
            newest_change,
        };
        let measured = Measured {
            tenant: of.tenant,
            run,
            revision: part.revision,
            facts: &facts,
            profiles: &profiles,
            previous: &previous,
            rules: &rules,
            outcomes: &outcomes,
            excluded: &excluded,
        };
        self.judge(&measured).await
    }

    /// The profiles of the newest run before this one that had records and is not excluded; later ones may have been
    /// profiled first.
    async fn profiles_before(
        &self,
        of: Of<'_>,
        part: &Measurable,
        excluded: &Excluded,
    ) -> Result<Vec<ColumnProfile>, PortError> {
        let mut until = part.started;
        for _ in 0..=PERIODS_PASSED {
            let query = PeriodQuery {
                source: of.source,
                stream: &part.stream,
                only: None,
                since: Some(part.started.plus_seconds(-COMPARED_BACK_SECONDS)),
                until: Some(until),
                with_records: true,
                limit: 1,
            };
            let periods = self.repository.profile_periods(of.tenant, &query).await?;
            let Some(period) = periods.first() else { break };
            if let Some(began) = excluded.began(period.to) {
                until = began;
                continue;
            }
            let found = profiles(&period.states);
            if has_rows(&found) {
                return Ok(found);
            }
            until = period.to;
        }
        Ok(Vec::new())
    }

    /// The newest change that the runs before this one knew of: a run that reads nothing new says by that how old the
    /// stream has become. Every run since the first with changes has a point, so the newest one is enough.
    async fn newest_change_before(
        &self,
        of: Of<'_>,
        part: &Measurable,
    ) -> Result<Option<Instant>, PortError> {
        let (source, stream) = (of.source.clone(), part.stream.clone());
        let key = SeriesKey { source, stream, column: None, metric: Metric::Freshness };
        let points = self.repository.series(of.tenant, &key, Instant::MIN, POINTS_BACK).await?;
        let before = points.iter().rev().map(|stored| stored.point).find(|point| point.at < part.started);
        Ok(before.map(|Point { at, value }| {
            Instant::from_micros(at.micros().saturating_sub((value * 1e6) as i64))
        }))
    }
}

/// The profiles of the columns whose states can be read.
fn profiles(states: &[StoredState]) -> Vec<ColumnProfile> {
    let columns = states.iter().filter(|state| state.kind == StateKind::Column);
    let finish = |state: &StoredState| Some(ColumnState::from_bytes(&state.state).ok()?.finish(&state.name));
    columns.filter_map(finish).collect()
}

/// Whether any record was observed.
pub(crate) fn has_rows(profiles: &[ColumnProfile]) -> bool {
    profiles.iter().any(|profile| profile.rows > 0)
}

/// The latest time in the column that says when a record changed: of a day, its first moment.
fn newest_change(schema: &StreamSchema, profiles: &[ColumnProfile]) -> Option<Instant> {
    let column = schema.modified.as_ref()?;
    let profile = profiles.iter().find(|profile| profile.column == *column)?;
    let latest = &profile.times.as_ref()?.latest;
    Instant::parse(latest).or_else(|| Instant::parse(&format!("{latest}T00:00:00Z")))
}
