//! Runs and their accounting.

use axum::Json;
use forebay_model::{Run, RunId, SourceId, StreamRun};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{PathOf, QueryOf, Scope};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::{RunDetailView, RunView};

const RUNS_AT_ONCE: usize = 8;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RunPath {
    /// A run's id.
    #[param(value_type = String)]
    pub run: RunId,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RunsQuery {
    /// Only this source's runs.
    #[param(value_type = Option<String>)]
    pub source: Option<SourceId>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// Runs, newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", operation_id = "list_runs", params(RunsQuery),
    responses((status = 200, body = Listing<RunView>)))]
pub async fn list(scope: Scope, QueryOf(query): QueryOf<RunsQuery>) -> Result<Listing<RunView>, Problem> {
    let paging = Paging::new("runs", query.after.as_deref(), query.limit)?;
    let runs = scope.repository.runs(&scope.tenant, query.source.as_ref(), paging.slice()).await?;
    let (runs, next) = paging.cut(runs, |run| run.id.as_str());
    let views = stream::iter(runs).map(|run| view(&scope, run)).buffered(RUNS_AT_ONCE);
    Ok(Listing { items: views.try_collect().await?, next })
}

/// One run with its accounting per stream.
#[utoipa::path(get, path = "/api/v1/runs/{run}", tag = "runs", operation_id = "get_run", params(RunPath),
    responses((status = 200, body = RunDetailView)))]
pub async fn get(scope: Scope, PathOf(path): PathOf<RunPath>) -> Result<Json<RunDetailView>, Problem> {
    let run = load::run(&scope, &path.run).await?;
    let streams = streams(&scope, &run).await?;
    let notices = scope.repository.notices(&scope.tenant, &run.id).await?;
    Ok(Json(RunDetailView::new(&run, &streams, notices)))
}

async fn view(scope: &Scope, run: Run) -> Result<RunView, Problem> {
    let streams = streams(scope, &run).await?;
    Ok(RunView::new(&run, &streams))
}

async fn streams(scope: &Scope, run: &Run) -> Result<Vec<StreamRun>, Problem> {
    Ok(scope.repository.stream_runs(&scope.tenant, &run.id).await?)
}
