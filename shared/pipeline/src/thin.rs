//! History thinned by age: whole for a while, then one a day, then one a week. Profiles are merged into the one
//! that is kept, so nothing they counted is lost; of points the newest of its day or week stays.

use std::collections::{BTreeMap, BTreeSet};

use forebay_anomalies::thin::{Group, Policy, thin};
use forebay_model::anomaly::{Metric, SeriesKey};
use forebay_model::{Instant, Run, RunId, SourceId, StreamName, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    Mark, PeriodQuery, ProfilePeriod, Profiled, RollUp, StateKind, StoredPoint, StoredState,
};
use forebay_profiling::{ColumnState, Ends, Relations};
use forebay_rules::RuleStates;

use crate::engine::Engine;

/// Days and weeks that are thinned in one call, over all streams; the next call goes on.
const GROUPS: usize = 100;
/// Points of one series that are looked at; the policy leaves fewer than that of ten years.
const POINTS: u32 = 5_000;
/// Periods that are merged at once: a few megabytes of states.
const PERIODS_AT_ONCE: u32 = 16;
/// Steps of a roll-up in one day or week, tries that lost a race included; the next call goes on.
const STEPS: u32 = 200;

const DAY_MICROS: i64 = 86_400_000_000;

/// One stream of a source.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    tenant: &'a TenantId,
    source: &'a SourceId,
    stream: &'a StreamName,
}

impl Engine {
    /// Thins what is old enough of the source's points and profiles, and gives how many days and weeks that was:
    /// 0 when there is nothing more to do. A day or week is found by the points of its stream's volume, which
    /// go last: killed at any instruction, the next call finds it again and does the rest. A roll-up
    /// replaces what it merged in one transaction, so it counts once.
    pub async fn thin(&self, tenant: &TenantId, source: &SourceId) -> Result<usize, PortError> {
        let mut left = GROUPS;
        for schema in self.repository.schemas(tenant, source).await? {
            let place = Place { tenant, source, stream: &schema.schema.stream };
            left -= self.thin_stream(place, left).await?;
            if left == 0 {
                break;
            }
        }
        Ok(GROUPS - left)
    }

    async fn thin_stream(&self, place: Place<'_>, most: usize) -> Result<usize, PortError> {
        let Place { tenant, source, stream } = place;
        let metric = Metric::Volume;
        let volume = SeriesKey { source: source.clone(), stream: stream.clone(), column: None, metric };
        let points = self.repository.series(tenant, &volume, Instant::MIN, POINTS).await?;
        let mut groups = self.groups(&points);
        groups.truncate(most);
        let Some(last) = groups.last() else { return Ok(0) };
        let done_until = last.until;
        for group in &groups {
            self.roll_up_group(place, group).await?;
        }
        let keys = self.repository.series_keys(tenant, source, stream).await?;
        let columns: BTreeSet<&str> = keys.iter().map(|k| k.column.as_deref().unwrap_or_default()).collect();
        // One at a time, so that memory does not grow with the stream's columns.
        for column in columns {
            let series = self
                .repository
                .stream_series(tenant, source, stream, &[column], Instant::MIN, POINTS)
                .await?;
            for (key, mut points) in series.into_iter().filter(|(key, _)| *key != volume) {
                points.retain(|stored| stored.point.at < done_until);
                self.drop_points(tenant, &key, &self.groups(&points)).await?;
            }
        }
        self.drop_points(tenant, &volume, &groups).await?;
        Ok(groups.len())
    }

    /// What people marked stays: the detector learns from it.
    fn groups(&self, points: &[StoredPoint]) -> Vec<Group<RunId>> {
        let unmarked = points.iter().filter(|stored| stored.mark == Mark::None);
        let items: Vec<(RunId, Instant)> = unmarked.map(|s| (s.run.clone(), s.point.at)).collect();
        thin(&items, self.clock.now(), Policy::default())
    }

    async fn drop_points(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        groups: &[Group<RunId>],
    ) -> Result<(), PortError> {
        let runs: Vec<RunId> = groups.iter().flat_map(|group| group.drop.iter().cloned()).collect();
        if runs.is_empty() {
            return Ok(());
        }
        self.repository.thin_points(tenant, key, &runs).await
    }

    /// Merges the profiles of a day or week into one, a few at a time, from the newest on.
    async fn roll_up_group(&self, place: Place<'_>, group: &Group<RunId>) -> Result<(), PortError> {
        let Place { tenant, source, stream } = place;
        for _ in 0..STEPS {
            let query = PeriodQuery {
                source,
                stream,
                only: None,
                since: Some(group.from),
                until: Some(group.until),
                with_records: false,
                limit: PERIODS_AT_ONCE,
            };
            let periods = self.repository.profile_periods(tenant, &query).await?;
            let replaced: Vec<_> = periods.iter().map(|period| period.key.clone()).collect();
            let by = match rolled_up(periods) {
                Ok(Some(by)) => by,
                Ok(None) => return Ok(()),
                Err(why) => {
                    tracing::error!(%tenant, %source, %stream, error = why, "profiles stay as they are: a stored state cannot be read");
                    return Ok(());
                }
            };
            // Where another was first, what it left is merged.
            let _: Profiled = self.repository.roll_up(tenant, source, stream, &replaced, &by).await?;
        }
        Ok(())
    }
}

/// Whether the newest run is the first of its day (of UTC): time to thin once more. `runs` are the newest two.
pub(crate) fn begins_a_day(runs: &[Run]) -> bool {
    let day = |run: &Run| run.started.micros().div_euclid(DAY_MICROS);
    match runs {
        [newest, before, ..] => day(newest) != day(before),
        _ => false,
    }
}

/// Periods, newest first, as one; `None` where that changes nothing. The error names the state that cannot be
/// read.
fn rolled_up(periods: Vec<ProfilePeriod>) -> Result<Option<RollUp>, String> {
    let [newest, _, ..] = periods.as_slice() else { return Ok(None) };
    let run = newest.key.run.clone();
    let from = periods.iter().map(|period| period.from).min().unwrap_or(newest.from);
    let to = periods.iter().map(|period| period.to).max().unwrap_or(newest.to);
    // A run that was rolled up and got a page later is counted already.
    let counted = |at: usize| {
        let key = &periods[at].key;
        !key.rolled_up && periods.iter().any(|other| other.key.rolled_up && other.key.run == key.run)
    };
    let each = (0..periods.len()).map(|at| if counted(at) { 0 } else { periods[at].runs });
    let runs = each.fold(0u32, u32::saturating_add);
    let states = merged(periods.into_iter().map(|period| period.states))?;
    Ok(Some(RollUp { run, from, to, runs, states }))
}

/// The states of several periods, each kind and name once, in the order of their first appearance.
fn merged(periods: impl Iterator<Item = Vec<StoredState>>) -> Result<Vec<StoredState>, String> {
    let mut all: Vec<StoredState> = Vec::new();
    let mut places: BTreeMap<(StateKind, String), usize> = BTreeMap::new();
    for state in periods.flatten() {
        match places.get(&(state.kind, state.name.clone())) {
            Some(at) => {
                let name = &state.name;
                let whole = both(state.kind, &all[*at].state, &state.state);
                all[*at].state = whole.map_err(|why| format!("{:?} '{name}': {why}", state.kind))?;
            }
            None => {
                places.insert((state.kind, state.name.clone()), all.len());
                all.push(state);
            }
        }
    }
    Ok(all)
}

fn both(kind: StateKind, ours: &[u8], theirs: &[u8]) -> Result<Vec<u8>, String> {
    match kind {
        StateKind::Column => {
            let mut whole = ColumnState::from_bytes(ours).map_err(|e| e.to_string())?;
            whole.merge(&ColumnState::from_bytes(theirs).map_err(|e| e.to_string())?);
            Ok(whole.to_bytes())
        }
        StateKind::Relations => {
            let mut whole = Relations::from_bytes(ours).map_err(|e| e.to_string())?;
            whole.merge(&Relations::from_bytes(theirs).map_err(|e| e.to_string())?);
            Ok(whole.to_bytes())
        }
        StateKind::Rules => {
            let mut whole = RuleStates::from_bytes(ours).map_err(|e| e.to_string())?;
            whole.merge(&RuleStates::from_bytes(theirs).map_err(|e| e.to_string())?);
            Ok(whole.to_bytes())
        }
        StateKind::Ends => {
            let mut whole = Ends::from_bytes(ours).map_err(|e| e.to_string())?;
            whole.merge(&Ends::from_bytes(theirs).map_err(|e| e.to_string())?);
            Ok(whole.to_bytes())
        }
    }
}
