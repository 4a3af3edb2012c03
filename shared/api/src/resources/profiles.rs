//! What a stream's columns look like.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use forebay_model::profile::ColumnProfile;
use forebay_model::{Run, RunId, SourceId, StreamName};
use forebay_pipeline::WHOLE_STREAM;
use forebay_ports::repository::{PeriodQuery, ProfilePeriod, StateKind};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use utoipa::IntoParams;

use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope, Shared};
use crate::load;
use crate::paging::{Limit, Paging};
use crate::problem::{Problem, ProblemKind};
use crate::state::FinishProfiles;
use crate::views::{ColumnProfiles, ProfileHistory, RunProfileView};

/// The roll-up merges the states of at most so many runs.
const ROLL_UP_RUNS: u32 = 1000;
/// So many of the newest runs say whether a column holds personal data.
const KNOWN_RUNS: u32 = 5;
/// States of one column are a few kilobytes; read column by column, few at once, they stay few megabytes.
const COLUMNS_AT_ONCE: usize = 4;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProfilesQuery {
    /// A run's id: the profile of what that run read. Without it, the newest runs merged: 1000 of profiles, 200 of relations.
    #[param(value_type = Option<String>)]
    pub run: Option<RunId>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ColumnPath {
    /// A source's id.
    #[param(value_type = String, example = "netsuite")]
    pub source: SourceId,
    /// A stream's name.
    #[param(value_type = String, example = "customer")]
    pub stream: StreamName,
    /// A column's name.
    #[param(example = "entityid")]
    pub column: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// At most so many of the newest runs.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// The profile of every column of a stream that has one, over one run or over the newest runs.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/profiles", tag = "profiles",
    operation_id = "list_profiles", params(StreamPath, ProfilesQuery),
    responses((status = 200, body = ColumnProfiles)))]
pub async fn list(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<ProfilesQuery>,
) -> Result<Json<ColumnProfiles>, Problem> {
    let (_, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    let columns: Vec<String> = versioned.schema.columns.into_iter().map(|column| column.name).collect();
    let (mut profiles, ends) = match &query.run {
        Some(run) => of_run(&scope, &state, &path, run, columns).await?,
        None => rolled_up(&scope, &state, &path, columns).await?,
    };
    state
        .profiles
        .explain(&mut profiles, &versioned.schema.key, &ends)
        .map_err(|error| unreadable("ends", &error))?;
    let items = profiles.into_iter().map(Into::into).collect();
    Ok(Json(ColumnProfiles { run: query.run.map(Into::into), items }))
}

/// Profiles, and the states that hold examples of outliers.
type Found = (Vec<ColumnProfile>, Vec<Vec<u8>>);

async fn of_run(
    scope: &Scope,
    state: &Shared,
    path: &StreamPath,
    run: &RunId,
    columns: Vec<String>,
) -> Result<Found, Problem> {
    require_run(scope, path, run).await?;
    let (_, states) = scope.repository.run_profiles(&scope.tenant, run, &path.stream).await?;
    let (ends, states): (Vec<_>, Vec<_>) = states
        .into_iter()
        .filter(|s| [StateKind::Column, StateKind::Ends].contains(&s.kind))
        .partition(|s| s.kind == StateKind::Ends);
    let mut states: HashMap<String, Vec<u8>> = states.into_iter().map(|s| (s.name, s.state)).collect();
    let known = known_states(scope, path).await?;
    let present = columns.into_iter().filter_map(|column| Some((states.remove(&column)?, column)));
    let profiles = present.map(|(bytes, column)| {
        let others = known.get(&column).map_or(&[][..], Vec::as_slice);
        finish(&*state.profiles, &column, &[bytes], others)
    });
    Ok((profiles.collect::<Result<_, _>>()?, ends.into_iter().map(|s| s.state).collect()))
}

/// A problem where the run is not one of the stream's source.
pub(super) async fn require_run(scope: &Scope, path: &StreamPath, run: &RunId) -> Result<Run, Problem> {
    let found = load::run(scope, run).await?;
    if found.source == path.source {
        return Ok(found);
    }
    Err(Problem::not_found(
        &format!("run `{run}` of source `{}`", path.source),
        &format!("GET /api/v1/runs?source={} lists its runs", path.source),
    ))
}

async fn rolled_up(
    scope: &Scope,
    state: &Shared,
    path: &StreamPath,
    columns: Vec<String>,
) -> Result<Found, Problem> {
    let profiles = stream::iter(columns)
        .map(|column| async move {
            let query = of_column(&path.source, &path.stream, &column, ROLL_UP_RUNS);
            let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
            let states: Vec<Vec<u8>> = periods.into_iter().flat_map(states_of).collect();
            let seen = !states.is_empty();
            seen.then(|| finish(&*state.profiles, &column, &states, &[])).transpose()
        })
        .buffered(COLUMNS_AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    let query = PeriodQuery {
        source: &path.source,
        stream: &path.stream,
        only: Some((StateKind::Ends, WHOLE_STREAM)),
        since: None,
        until: None,
        with_records: false,
        limit: ROLL_UP_RUNS,
    };
    let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
    let ends = periods.into_iter().flat_map(states_of).collect();
    Ok((profiles.into_iter().flatten().collect(), ends))
}

/// A column's profile in each of the newest runs that read it, newest first.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/profiles/{column}/history",
    tag = "profiles", operation_id = "get_profile_history", params(ColumnPath, HistoryQuery),
    responses((status = 200, body = ProfileHistory)))]
pub async fn history(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<ColumnPath>,
    QueryOf(query): QueryOf<HistoryQuery>,
) -> Result<Json<ProfileHistory>, Problem> {
    let limit = Paging::new("profile_history", None, query.limit)?.limit();
    let (_, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    let ColumnPath { source, stream, column } = &path;
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let query = of_column(source, stream, column, limit);
    let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
    if periods.is_empty() && versioned.schema.column(column).is_none() {
        return Err(Problem::not_found(
            &format!("a column of {} characters of stream `{stream}`", column.chars().count()),
            &format!("GET /api/v1/sources/{source}/streams/{stream}/columns lists its columns"),
        ));
    }
    let known: Vec<Vec<u8>> = periods.iter().take(KNOWN_RUNS as usize).cloned().flat_map(states_of).collect();
    let mut items = Vec::with_capacity(periods.len());
    for period in periods {
        let (run, started) = (period.key.run.clone(), Some(period.to));
        let profile = finish(&*state.profiles, column, &states_of(period), &known)?.into();
        items.push(RunProfileView { run: run.into(), started, profile });
    }
    Ok(Json(ProfileHistory { column: path.column, items }))
}

fn of_column<'a>(
    source: &'a SourceId,
    stream: &'a StreamName,
    column: &'a str,
    limit: u32,
) -> PeriodQuery<'a> {
    PeriodQuery {
        source,
        stream,
        only: Some((StateKind::Column, column)),
        since: None,
        until: None,
        with_records: false,
        limit,
    }
}

fn states_of(period: ProfilePeriod) -> Vec<Vec<u8>> {
    period.states.into_iter().map(|stored| stored.state).collect()
}

/// The newest runs' states by column: what they show to be personal data is masked in every run.
pub(super) async fn known_states(
    scope: &Scope,
    path: &StreamPath,
) -> Result<HashMap<String, Vec<Vec<u8>>>, Problem> {
    let query = PeriodQuery {
        source: &path.source,
        stream: &path.stream,
        only: None,
        since: None,
        until: None,
        with_records: false,
        limit: KNOWN_RUNS,
    };
    let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
    let mut known: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for stored in periods.into_iter().flat_map(|period| period.states) {
        if stored.kind == StateKind::Column {
            known.entry(stored.name).or_default().push(stored.state);
        }
    }
    Ok(known)
}

fn finish(
    profiles: &dyn FinishProfiles,
    column: &str,
    states: &[Vec<u8>],
    others: &[Vec<u8>],
) -> Result<ColumnProfile, Problem> {
    profiles.finish(column, states, others).map_err(|error| unreadable(column, &error))
}

pub(super) fn unreadable(what: &str, error: &str) -> Problem {
    tracing::error!(what, error, "a stored profile cannot be read");
    let detail =
        format!("the stored profile of `{what}` cannot be read; it is written anew by the stream's next run");
    Problem::new(ProblemKind::Internal, detail)
}
