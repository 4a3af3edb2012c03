//! Where columns come from and where they go.

use axum::Json;
use axum::extract::State;
use forebay_model::lineage::{DatasetName, Direction};
use serde::Deserialize;
use utoipa::IntoParams;

use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope, Shared};
use crate::graph::Walk;
use crate::load;
use crate::problem::Problem;
use crate::views::LineageGraph;

const DEFAULT_DEPTH: u32 = 10;
const MAX_DEPTH: u32 = 50;

/// How many edges far to walk: 1 to 50.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Depth(u32);

impl TryFrom<String> for Depth {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(depth @ 1..=MAX_DEPTH) => Ok(Self(depth)),
            _ => Err(format!("text of {} characters; expected a number from 1 to {MAX_DEPTH}", text.len())),
        }
    }
}

/// Which way to walk.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Way(Direction);

impl TryFrom<String> for Way {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "upstream" => Ok(Self(Direction::Upstream)),
            "downstream" => Ok(Self(Direction::Downstream)),
            "both" => Ok(Self(Direction::Both)),
            _ => {
                Err(format!("text of {} characters; expected `upstream`, `downstream` or `both`", text.len()))
            }
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineageQuery {
    /// A dataset's namespace, as streams and graphs give it.
    pub namespace: String,
    /// A dataset's name.
    pub name: String,
    /// One of its columns; without it, all of them.
    pub field: Option<String>,
    /// `upstream`, `downstream` or `both`.
    #[param(value_type = Option<String>, default = "both", pattern = "^(upstream|downstream|both)$")]
    pub direction: Option<Way>,
    /// How many edges far.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50, default = 10)]
    pub depth: Option<Depth>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamLineageQuery {
    /// How many edges far.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50, default = 10)]
    pub depth: Option<Depth>,
}

/// The graph around a stream: its record type, its raw pages, its table, and what they are connected to.
///
/// Empty before the stream's first run.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/lineage", tag = "lineage",
    operation_id = "get_stream_lineage", params(StreamPath, StreamLineageQuery),
    responses((status = 200, body = LineageGraph)))]
pub async fn of_stream(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<StreamLineageQuery>,
) -> Result<Json<LineageGraph>, Problem> {
    let (source, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    let names = state.datasets.datasets(&source, &versioned.schema);
    let start = [names.source, names.raw, names.table].into_iter().map(|dataset| (dataset, None));
    let walk = Walk {
        repository: &*scope.repository,
        tenant: &scope.tenant,
        start: start.collect(),
        direction: Direction::Both,
        depth: query.depth.map_or(DEFAULT_DEPTH, |depth| depth.0),
    };
    Ok(Json(walk.graph().await?))
}

/// The graph around a dataset or one of its columns: where it comes from, where it goes.
#[utoipa::path(get, path = "/api/v1/lineage", tag = "lineage", operation_id = "get_lineage",
    params(LineageQuery), responses((status = 200, body = LineageGraph)))]
pub async fn get(scope: Scope, QueryOf(query): QueryOf<LineageQuery>) -> Result<Json<LineageGraph>, Problem> {
    let dataset = DatasetName { namespace: query.namespace, name: query.name };
    let walk = Walk {
        repository: &*scope.repository,
        tenant: &scope.tenant,
        start: vec![(dataset, query.field)],
        direction: query.direction.map_or(Direction::Both, |way| way.0),
        depth: query.depth.map_or(DEFAULT_DEPTH, |depth| depth.0),
    };
    let graph = walk.graph().await?;
    if graph.edges.is_empty() && !known(&scope, &walk.start[0].0).await? {
        return Err(Problem::not_found(
            "a dataset with this namespace and name",
            "the streams of a source name their datasets: GET /api/v1/sources/{source}/streams",
        ));
    }
    Ok(Json(graph))
}

/// A dataset is known when any edge touches it, be it not one of those asked for.
async fn known(scope: &Scope, dataset: &DatasetName) -> Result<bool, Problem> {
    let dataset = std::slice::from_ref(dataset);
    let into = scope.repository.edges_into(&scope.tenant, dataset).await?;
    Ok(!into.is_empty() || !scope.repository.edges_from(&scope.tenant, dataset).await?.is_empty())
}
