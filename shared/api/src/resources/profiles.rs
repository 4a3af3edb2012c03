//! What a stream's columns look like.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use forebay_model::{RunId, SourceId, StreamName};
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
use crate::views::{ColumnProfiles, ProfileHistory, ProfileView, RunProfileView};

/// The roll-up merges the states of at most so many runs.
const ROLL_UP_RUNS: u32 = 1000;
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
    let items = match &query.run {
        Some(run) => of_run(&scope, &state, &path, run, columns).await?,
        None => rolled_up(&scope, &state, &path, columns).await?,
    };
    Ok(Json(ColumnProfiles { run: query.run.map(Into::into), items }))
}

async fn of_run(
    scope: &Scope,
    state: &Shared,
    path: &StreamPath,
    run: &RunId,
    columns: Vec<String>,
) -> Result<Vec<ProfileView>, Problem> {
    require_run(scope, path, run).await?;
    let (_, states) = scope.repository.run_profiles(&scope.tenant, run, &path.stream).await?;
    let mut states: HashMap<String, Vec<u8>> =
        states.into_iter().filter(|s| s.kind == StateKind::Column).map(|s| (s.name, s.state)).collect();
    let present = columns.into_iter().filter_map(|column| Some((states.remove(&column)?, column)));
    present.map(|(bytes, column)| finish(&*state.profiles, &column, &[bytes])).collect()
}

/// A problem where the run is not one of the stream's source.
pub(super) async fn require_run(scope: &Scope, path: &StreamPath, run: &RunId) -> Result<(), Problem> {
    let found = load::run(scope, run).await?;
    if found.source == path.source {
        return Ok(());
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
) -> Result<Vec<ProfileView>, Problem> {
    let profiles = stream::iter(columns)
        .map(|column| async move {
            let query = of_column(&path.source, &path.stream, &column, ROLL_UP_RUNS);
            let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
            let states: Vec<Vec<u8>> = periods.into_iter().flat_map(states_of).collect();
            let seen = !states.is_empty();
            seen.then(|| finish(&*state.profiles, &column, &states)).transpose()
        })
        .buffered(COLUMNS_AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(profiles.into_iter().flatten().collect())
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
    let mut items = Vec::with_capacity(periods.len());
    for period in periods {
        let (run, started) = (period.key.run.clone(), Some(period.to));
        let profile = finish(&*state.profiles, column, &states_of(period))?;
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
    PeriodQuery { source, stream, only: Some((StateKind::Column, column)), since: None, until: None, limit }
}

fn states_of(period: ProfilePeriod) -> Vec<Vec<u8>> {
    period.states.into_iter().map(|stored| stored.state).collect()
}

fn finish(profiles: &dyn FinishProfiles, column: &str, states: &[Vec<u8>]) -> Result<ProfileView, Problem> {
    profiles.finish(column, states).map(Into::into).map_err(|error| {
        tracing::error!(column, error, "a stored profile cannot be read");
        let detail = format!(
            "the stored profile of column `{column}` cannot be read; it is written anew by the stream's next run"
        );
        Problem::new(ProblemKind::Internal, detail)
    })
}
