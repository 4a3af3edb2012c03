//! The streams of a source.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use forebay_model::{SourceConfig, SourceId, StreamName};
use forebay_ports::repository::VersionedSchema;
use serde::Deserialize;
use utoipa::IntoParams;

use super::sources::SourcePath;
use crate::extract::{PathOf, Scope, Shared};
use crate::load;
use crate::paging::Listing;
use crate::problem::Problem;
use crate::views::{StreamRunView, StreamView};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct StreamPath {
    /// A source's id.
    #[param(value_type = String, example = "netsuite")]
    pub source: SourceId,
    /// A stream's name.
    #[param(value_type = String, example = "customer")]
    pub stream: StreamName,
}

type LastRuns = HashMap<StreamName, StreamRunView>;

/// The streams of a source that were ever discovered, with their row counts and their last run.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams", tag = "streams", operation_id = "list_streams",
    params(SourcePath), responses((status = 200, body = Listing<StreamView>)))]
pub async fn list(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<SourcePath>,
) -> Result<Listing<StreamView>, Problem> {
    let source = load::source(&scope, &path.source).await?;
    let mut last_runs = last_runs(&scope, &path.source).await?;
    let schemas = scope.repository.schemas(&scope.tenant, &path.source).await?;
    let mut items = Vec::with_capacity(schemas.len());
    for schema in &schemas {
        items.push(view(&scope, &state, &source, schema, &mut last_runs).await?);
    }
    Ok(Listing::whole(items))
}

/// One stream.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}", tag = "streams",
    operation_id = "get_stream", params(StreamPath), responses((status = 200, body = StreamView)))]
pub async fn get(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
) -> Result<Json<StreamView>, Problem> {
    let (source, schema) = load::schema(&scope, &path.source, &path.stream).await?;
    let mut last_runs = last_runs(&scope, &path.source).await?;
    Ok(Json(view(&scope, &state, &source, &schema, &mut last_runs).await?))
}

async fn last_runs(scope: &Scope, source: &SourceId) -> Result<LastRuns, Problem> {
    let streams = load::latest_run(scope, source).await?.map(|(_, streams)| streams).unwrap_or_default();
    Ok(streams.iter().map(|stream| (stream.stream.clone(), StreamRunView::new(stream))).collect())
}

async fn view(
    scope: &Scope,
    state: &Shared,
    source: &SourceConfig,
    versioned: &VersionedSchema,
    last_runs: &mut LastRuns,
) -> Result<StreamView, Problem> {
    let schema = &versioned.schema;
    let rows = scope.repository.count_records(&scope.tenant, &source.id, schema).await?;
    let datasets = state.datasets.datasets(source, schema);
    Ok(StreamView::new(source, versioned, datasets, rows, last_runs.remove(&schema.stream)))
}
