//! Configured source systems.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, http::HeaderMap};
use forebay_model::{SourceConfig, SourceId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{PathOf, QueryOf, Scope, Shared, Tenant};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::{CheckView, RunView, SourceView};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SourcePath {
    /// A source's id.
    #[param(value_type = String, example = "netsuite")]
    pub source: SourceId,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SourcesQuery {
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// The tenant's sources, in order of id.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", operation_id = "list_sources",
    params(SourcesQuery), responses((status = 200, body = Listing<SourceView>)))]
pub async fn list(
    scope: Scope,
    QueryOf(query): QueryOf<SourcesQuery>,
) -> Result<Listing<SourceView>, Problem> {
    let paging = Paging::new("sources", query.after.as_deref(), query.limit)?;
    let sources = scope.repository.sources(&scope.tenant).await?;
    let (sources, next) = paging.cut_whole(sources, |source| source.id.as_str());
    let mut items = Vec::with_capacity(sources.len());
    for source in sources {
        items.push(view(&scope, source).await?);
    }
    Ok(Listing { items, next })
}

/// One source.
#[utoipa::path(get, path = "/api/v1/sources/{source}", tag = "sources", operation_id = "get_source",
    params(SourcePath), responses((status = 200, body = SourceView)))]
pub async fn get(scope: Scope, PathOf(path): PathOf<SourcePath>) -> Result<Json<SourceView>, Problem> {
    let source = load::source(&scope, &path.source).await?;
    Ok(Json(view(&scope, source).await?))
}

/// Starts an extraction of the source now, or joins the one under way.
///
/// Answers as soon as the run is written; `Location` is where to watch it.
#[utoipa::path(post, path = "/api/v1/sources/{source}/runs", tag = "sources", operation_id = "start_run",
    params(SourcePath),
    responses((status = 202, body = RunView, headers(("Location" = String, description = "The run's address")))))]
pub async fn start_run(
    Tenant(tenant): Tenant,
    State(state): State<Shared>,
    PathOf(path): PathOf<SourcePath>,
) -> Result<Response, Problem> {
    let run = state.commands.extract(&tenant, &path.source).await?;
    let mut headers = HeaderMap::new();
    if let Ok(address) = HeaderValue::from_str(&format!("/api/v1/runs/{}", run.id)) {
        headers.insert(header::LOCATION, address);
    }
    let streams = state.repository.repository().await?.stream_runs(&tenant, &run.id).await?;
    Ok((StatusCode::ACCEPTED, headers, Json(RunView::new(&run, &streams))).into_response())
}

/// Checks settings, credentials, clock, permissions per stream and limits, without reading data.
///
/// Says in plain words what is wrong and what to do. A source that fails its check is an answer, not an error.
#[utoipa::path(post, path = "/api/v1/sources/{source}/check", tag = "sources", operation_id = "check_source",
    params(SourcePath), responses((status = 200, body = CheckView)))]
pub async fn check(
    Tenant(tenant): Tenant,
    State(state): State<Shared>,
    PathOf(path): PathOf<SourcePath>,
) -> Result<Json<CheckView>, Problem> {
    Ok(Json(CheckView::new(state.commands.check(&tenant, &path.source).await?)))
}

async fn view(scope: &Scope, source: SourceConfig) -> Result<SourceView, Problem> {
    let latest = load::latest_run(scope, &source.id).await?;
    Ok(SourceView::new(source, latest.map(|(run, streams)| RunView::new(&run, &streams))))
}
