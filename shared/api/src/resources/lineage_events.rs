//! A run's lineage as OpenLineage events.

use axum::Json;
use axum::extract::State;
use forebay_model::{Run, RunId, SourceConfig, StreamRun};
use forebay_ports::repository::{Slice, VersionedSchema};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{QueryOf, Scope, Shared};
use crate::load;
use crate::open_lineage::{StreamFacts, run_events};
use crate::problem::Problem;
use crate::views::OpenLineageEvents;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// A run's id.
    #[param(value_type = String)]
    pub run: RunId,
}

/// A run as OpenLineage 2-0-2 RunEvents, with schema and columnLineage facets.
///
/// Two jobs per stream that was read: `{source}.{stream}.land` (record type to raw pages) and
/// `{source}.{stream}.load` (raw pages to table).
#[utoipa::path(get, path = "/api/v1/lineage/events", tag = "lineage", operation_id = "get_lineage_events",
    params(EventsQuery), responses((status = 200, body = OpenLineageEvents)))]
pub async fn list(
    scope: Scope,
    State(state): State<Shared>,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Result<Json<OpenLineageEvents>, Problem> {
    let run = load::run(&scope, &query.run).await?;
    let source = load::source(&scope, &run.source).await?;
    let edges = scope.repository.edges_of_run(&scope.tenant, &run.id).await?;
    let facts = facts(&scope, &state, &run, &source).await?;
    Ok(Json(OpenLineageEvents { items: run_events(&run, &facts, &edges) }))
}

async fn facts(
    scope: &Scope,
    state: &Shared,
    run: &Run,
    source: &SourceConfig,
) -> Result<Vec<StreamFacts>, Problem> {
    let newest = scope.repository.schemas(&scope.tenant, &source.id).await?;
    let mut facts = Vec::new();
    for stream in scope.repository.stream_runs(&scope.tenant, &run.id).await? {
        let newest = newest.iter().find(|versioned| versioned.schema.stream == stream.stream);
        let Some(newest) = newest.filter(|_| stream.started.is_some()) else { continue };
        let schema = schema_of_run(scope, source, &stream, newest).await?;
        let datasets = state.datasets.datasets(source, &schema.schema);
        facts.push(StreamFacts { stream, schema: schema.schema, datasets });
    }
    Ok(facts)
}

/// The schema that the run's pages were read with; the newest one where it landed none.
async fn schema_of_run(
    scope: &Scope,
    source: &SourceConfig,
    stream: &StreamRun,
    newest: &VersionedSchema,
) -> Result<VersionedSchema, Problem> {
    let first = Slice { after: None, limit: 1 };
    let pages = scope.repository.pages(&scope.tenant, &stream.run, Some(&stream.stream), first).await?;
    let version = pages.first().map_or(newest.version, |stored| stored.page.schema_version);
    if version == newest.version {
        return Ok(newest.clone());
    }
    let found = scope.repository.schema(&scope.tenant, &source.id, &stream.stream, version).await?;
    Ok(found.unwrap_or_else(|| newest.clone()))
}
